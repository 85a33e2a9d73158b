/* SPDX-License-Identifier: Apache-2.0 */
/** @file c12/vda.h
 *  VDA 5050, versions 2.0 and 2.1: the six messages between a master control and its vehicles as JSON, read strictly into flat columns and printed
 *  in one canonical form, and the rules that make orders safe: base and horizon, stitching, what a released node means.
 *
 *  A message is a row of columns, one for each member the standard knows; `c12_vda_find` tells which by its path ("nodes.nodePosition.x").
 *  Numbers with a point are int64 millionths (um, urad, millionths of a per cent): what was read is printed again to the last place and every
 *  build decides alike.  More than six decimals are rounded half to even.  Members of 2.1 are read in messages of 2.0 too; members that
 *  neither knows are skipped and counted, as the standard's own schemas allow them.
 *
 *  Nothing here allocates, keeps state or calls the system.
 *
 *  Sources: VDA 5050 2.0.0 (2022) and 2.1.0 (2024), with their JSON schemas; RFC 8259 for JSON, RFC 3339 for times. */
#ifndef C12_VDA_H
#define C12_VDA_H

#include "c12/base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define C12_VDA_NONE INT64_MIN     /**< In a column of values: the member is not there. */
#define C12_VDA_UNIT 1000000       /**< Millionths: 1 m, 1 rad, 1 %, 1 m/s are so many. */
#define C12_VDA_FIELDS 256         /**< No message has more columns. */
#define C12_VDA_DEPTH 64           /**< JSON is not nested deeper. */

/** Messages, one topic each. */
enum {
    C12_VDA_ORDER = 0,           /**< "order": master to vehicle. */
    C12_VDA_INSTANT_ACTIONS = 1, /**< "instantActions": master to vehicle. */
    C12_VDA_STATE = 2,           /**< "state": vehicle to master. */
    C12_VDA_VISUALIZATION = 3,   /**< "visualization": vehicle to whoever draws. */
    C12_VDA_CONNECTION = 4,      /**< "connection": vehicle, and the broker in its name (last will); retained. */
    C12_VDA_FACTSHEET = 5,       /**< "factsheet": vehicle to master; retained. */
    C12_VDA_KINDS = 6            /**< How many. */
};

/** What a column holds. */
enum {
    C12_VDA_INT = 0,    /**< Whole number 0..2^32-1. */
    C12_VDA_REAL = 1,   /**< Millionths, within +-9.2e12 units. */
    C12_VDA_BOOL = 2,   /**< 0 or 1. */
    C12_VDA_WORD = 3,   /**< One of the words of its field: which, from 0. */
    C12_VDA_TEXT = 4,   /**< UTF-8; value is 1. */
    C12_VDA_TIME = 5,   /**< ns since 1970 (c12_ns), printed as UTC. */
    C12_VDA_JSON = 6,   /**< Any JSON, as text without space between its parts; value is 1. */
    C12_VDA_OBJECT = 7, /**< The members follow as columns of their own; value is 1. */
    C12_VDA_LIST = 8    /**< Its elements are rows of other columns; value is 1. */
};

/** Words of `connectionState`, `actionStates.actionStatus` and `errors.errorLevel`, as numbers of C12_VDA_WORD. */
enum {
    C12_VDA_ONLINE = 0,
    C12_VDA_OFFLINE = 1,
    C12_VDA_CONNECTIONBROKEN = 2,
    C12_VDA_WAITING = 0,
    C12_VDA_INITIALIZING = 1,
    C12_VDA_RUNNING = 2,
    C12_VDA_PAUSED = 3,
    C12_VDA_FINISHED = 4,
    C12_VDA_FAILED = 5,
    C12_VDA_WARNING = 0,
    C12_VDA_FATAL = 1
};

/** FROZEN.  One member, as many rows as its list has over the whole message; 1 when it is in no list. */
typedef struct c12_vda_column {
    int64_t rows;          /**< 0 with NULL columns = the member is nowhere there (as input). */
    const int64_t *value;  /**< [rows] see the kinds; C12_VDA_NONE = not there.  As input NULL: texts and lists are there where they are not empty. */
    const int64_t *off;    /**< [rows + 1] TEXT, JSON: bytes in text.  LIST: rows of what is in it.  Begins with 0.  Others: NULL. */
    const uint8_t *text;   /**< [off[rows]] TEXT and JSON. */
    const void *reserved;  /**< NULL. */
} c12_vda_column;

/** A message.  Its columns are read and written by number (c12_vda_find). */
typedef struct c12_vda_message {
    uint32_t struct_size;
    int32_t kind;              /**< C12_VDA_ORDER ... */
    int32_t version;           /**< 20 or 21, from "version" (out). */
    int32_t n_columns;         /**< Fields of the kind. */
    int64_t extra;             /**< Members that were skipped (out). */
    int64_t extra_at;          /**< Byte where the first of them begins, -1 = none (out). */
    c12_vda_column *column;    /**< [n_columns] */
    const void *reserved;      /**< NULL. */
} c12_vda_message;

/** What the standard says of a member. */
typedef struct c12_vda_field {
    uint32_t struct_size;
    int32_t kind;              /**< C12_VDA_INT ... C12_VDA_LIST. */
    int32_t required;          /**< 1 = wherever what it belongs to is there. */
    int32_t since;             /**< 20 or 21. */
    int32_t parent;            /**< Object or list it belongs to, -1 = the message. */
    int32_t list;              /**< List whose rows it has, -1 = one row. */
    int64_t least;             /**< Of INT and REAL. */
    int64_t most;
    const char *path;          /**< "nodes.nodePosition.x"; elements that are no objects end in "*". */
    const char *const *word;   /**< WORD: [1..] its words, then NULL; word[0] is a sentence that lists them.  Others: NULL. */
} c12_vda_field;

/** How many fields, and columns, a message of that kind has; 0 = no kind.  THREADSAFE.  @since 0.1 */
C12_API int32_t c12_vda_columns(int32_t kind);

/** Field by its path, -1 = the message has none.  O(fields).  THREADSAFE.  @since 0.1 */
C12_API int32_t c12_vda_find(int32_t kind, const char *path);

/** A field's rules.  @return C12_E_RANGE for a kind or field that is not there.  THREADSAFE.  @since 0.1 */
C12_API C12_MUST c12_status c12_vda_describe(int32_t kind, int32_t field, c12_vda_field *out, c12_error *err);

/** Last part of a message's topic, NULL for a number that is no kind.  THREADSAFE.  @since 0.1 */
C12_API const char *c12_vda_topic(int32_t kind);

/** A message from JSON.  Its columns lie in room; texts are unescaped there.  Every fault against the schema is listed; one against JSON ends the reading.
 *  @param kind    what it is, from its topic
 *  @param json    one JSON object, at most 2^31 - 1 bytes
 *  @param room    memory for the columns, aligned to 8
 *  @param message receives them; untouched on failure
 *  @return C12_E_FORMAT: not JSON (err->value = byte).  C12_E_RANGE: against the schema: err->field = path, err->row = row of its column,
 *          err->value = byte.  C12_E_UNSUPPORTED: a version other than 2.0 and 2.1.  C12_E_SPACE: err->value bytes suffice.  O(json).  @since 0.1 */
C12_API C12_MUST c12_status c12_vda_read(int32_t kind, c12_view json, c12_mem room, c12_vda_message *message, c12_error *err);

/** Canonical JSON of a message: members in the standard's order, no space, reals with as many decimals as they need, times in ms (in ns where they have
 *  them), only what is there.  A message that was read and is printed reads the same again.
 *  @param out  [cap] receives the text, without a zero at its end; unspecified on failure
 *  @param used receives its length
 *  @return C12_E_RANGE: a column against the schema: err->field, err->row.  C12_E_SPACE: err->value bytes suffice.  O(json).  @since 0.1 */
C12_API C12_MUST c12_status c12_vda_write(const c12_vda_message *message, uint8_t *out, size_t cap, size_t *used, c12_error *err);

/** A row's value in a column, C12_VDA_NONE where there is none; a row's text, size 0 where there is none.  For messages that were read.  O(1).  @since 0.1 */
C12_API int64_t c12_vda_value(const c12_vda_message *message, int32_t field, int64_t row);
C12_API c12_view c12_vda_text(const c12_vda_message *message, int32_t field, int64_t row);

/* ---- topics and headers ------------------------------------------------------------------------------------------------------------------- */

/** Parts of "uagv/v2/manufacturer/serial/topic", in the text they were read from. */
typedef struct c12_vda_address {
    uint32_t struct_size;
    int32_t kind;            /**< By the last part. */
    c12_view interface_name; /**< "uagv" */
    c12_view major;          /**< "v2" */
    c12_view manufacturer;
    c12_view serial;
} c12_vda_address;

/** @return C12_E_FORMAT: not five parts, an empty one, a wildcard, or a topic of no message.  O(topic).  THREADSAFE.  @since 0.1 */
C12_API C12_MUST c12_status c12_vda_address_read(c12_view topic, c12_vda_address *out, c12_error *err);

/** What a header id says beside the last one of its topic.  A counter is 32 bits wide and goes on at 0. */
enum {
    C12_VDA_FIRST = 0,   /**< Nothing was heard before (last is C12_VDA_NONE). */
    C12_VDA_NEXT = 1,    /**< One more, as it should be. */
    C12_VDA_GAP = 2,     /**< Messages were lost on the way. */
    C12_VDA_REPEAT = 3,  /**< The same once more. */
    C12_VDA_RESTART = 4, /**< 0 or 1 after a larger one: the sender began anew. */
    C12_VDA_OLD = 5      /**< An earlier one: overtaken on its way, to be dropped. */
};
/** THREADSAFE.  @since 0.1 */
C12_API int32_t c12_vda_follow(int64_t last, int64_t header);

/** May a vehicle's action take this step?  Both are numbers of actionStatus.  WAITING to INITIALIZING, RUNNING, FINISHED, FAILED; INITIALIZING to RUNNING, PAUSED,
 *  FINISHED, FAILED; RUNNING to PAUSED, FINISHED, FAILED; PAUSED to INITIALIZING, RUNNING, FINISHED, FAILED; the last two end.  @return 1 or 0.  THREADSAFE.  @since 0.1 */
C12_API int32_t c12_vda_action_may(int32_t from, int32_t to);

/** May a later report show this?  Reports may be lost, so that steps are skipped, and the same may be shown again.  @return 1 or 0.  THREADSAFE.  @since 0.1 */
C12_API int32_t c12_vda_action_seen(int32_t from, int32_t to);

/* ---- orders ------------------------------------------------------------------------------------------------------------------------------------ */

/** The columns of an order that rules look at.  Released nodes are the base, the others the horizon. */
typedef struct c12_vda_order {
    uint32_t struct_size;
    int32_t n_nodes;
    int32_t n_edges;
    int32_t reserved;               /**< 0. */
    int64_t update;                 /**< orderUpdateId. */
    c12_view id;                    /**< orderId. */
    const uint8_t *node_text;       /**< nodeId ... */
    const int64_t *node_off;        /**< [n_nodes + 1] */
    const int64_t *node_sequence;   /**< [n_nodes] sequenceId */
    const int64_t *node_released;   /**< [n_nodes] 1 or 0 */
    const int64_t *edge_sequence;   /**< [n_edges] */
    const int64_t *edge_released;   /**< [n_edges] 1 or 0 */
    const uint8_t *start_text;      /**< startNodeId ... */
    const int64_t *start_off;       /**< [n_edges + 1] */
    const uint8_t *end_text;        /**< endNodeId ... */
    const int64_t *end_off;         /**< [n_edges + 1] */
} c12_vda_order;

/** The columns of a state that rules look at: nodes that are still ahead. */
typedef struct c12_vda_report {
    uint32_t struct_size;
    int32_t n_nodes;
    int32_t driving;                /**< 1 or 0. */
    int32_t new_base;               /**< newBaseRequest: 1 or 0. */
    int64_t update;                 /**< orderUpdateId. */
    int64_t last_sequence;          /**< lastNodeSequenceId. */
    c12_view id;                    /**< orderId, empty = never had one. */
    c12_view last_node;             /**< lastNodeId. */
    const uint8_t *node_text;       /**< nodeStates: nodeId ... */
    const int64_t *node_off;        /**< [n_nodes + 1] */
    const int64_t *node_sequence;   /**< [n_nodes] */
    const int64_t *node_released;   /**< [n_nodes] 1 or 0 */
} c12_vda_report;

/** Those columns of a message that was read.  @return C12_E_ARG for another kind.  O(1).  @since 0.1 */
C12_API C12_MUST c12_status c12_vda_order_of(const c12_vda_message *message, c12_vda_order *out, c12_error *err);
C12_API C12_MUST c12_status c12_vda_report_of(const c12_vda_message *message, c12_vda_report *out, c12_error *err);

/** Independent checker of an order by itself:
 *  V1 it has a node, and one edge fewer than nodes;
 *  V2 sequence numbers: nodes even, each node two above the one before, each edge between its nodes;
 *  V3 an edge starts at the node before it and ends at the one behind it;
 *  V4 base first: the first node is released, and nothing released follows what is not;
 *  V5 an edge is released with the node it ends at.
 *  @param verdict violations are counted; rule, field and row name the first
 *  @return C12_OK whatever the verdict; C12_E_ARG for columns that are NULL.  O(order).  @since 0.1 */
C12_API C12_MUST c12_status c12_vda_order_check(const c12_vda_order *order, c12_verdict *verdict, c12_error *err);

/** Independent checker of an update beside the order it goes on with (both are judged by c12_vda_order_check as well):
 *  V6 the same order, a higher update;
 *  V7 stitching: its first node is the last of the base, by name and sequence number: no released node is withdrawn, none is left out;
 *  V8 the stitching node stays released.
 *  @return as c12_vda_order_check.  O(both).  @since 0.1 */
C12_API C12_MUST c12_status c12_vda_update_check(const c12_vda_order *running, const c12_vda_order *update, c12_verdict *verdict, c12_error *err);

/** What a vehicle does with an order. */
enum {
    C12_VDA_TAKE = 0,   /**< A new order. */
    C12_VDA_EXTEND = 1, /**< An update: what is behind its first node replaces the horizon. */
    C12_VDA_KNOWN = 2,  /**< The same once more: nothing to do, and nothing to complain about. */
    C12_VDA_REFUSE = 3  /**< Answered by an error in the state. */
};

typedef struct c12_vda_decision {
    uint32_t struct_size;
    int32_t what;       /**< C12_VDA_TAKE ... */
    int64_t row;        /**< Node or edge that is at fault, -1 = none. */
    const char *error;  /**< REFUSE: errorType of the state, "validationError", "orderError", "orderUpdateError" or "noRouteError"; else NULL. */
    const char *why;    /**< REFUSE: a sentence; else NULL. */
} c12_vda_decision;

/** A vehicle's answer to an order, from its own state alone.
 *  @param report   its state
 *  @param order    what came
 *  @param at_first 1 = it stands on the order's first node, or within the deviation that allows
 *  @param decision out
 *  @return as c12_vda_order_check.  O(order).  @since 0.1 */
C12_API C12_MUST c12_status c12_vda_accept(const c12_vda_report *report, const c12_vda_order *order, int32_t at_first, c12_vda_decision *decision, c12_error *err);

/* ---- from routes and back ------------------------------------------------------------------------------------------------------------------------- */

/** A robot's way: the vertices from where it stands, the released ones first (c12_route_release), then the rest of the plan. */
typedef struct c12_vda_route {
    uint32_t struct_size;
    int32_t n_steps;              /**< >= 1 */
    int32_t n_released;           /**< 1..n_steps: these are the base. */
    int32_t n_vertices;
    int64_t first_sequence;       /**< Of the first node: 0 for a new order, the stitching node's for an update; even. */
    const int32_t *step_vertex;   /**< [n_steps] a vertex may come several times in a row (waiting) and is one node then. */
    const uint8_t *vertex_text;   /**< Names of vertices ... */
    const int64_t *vertex_off;    /**< [n_vertices + 1] ... none empty. */
    const int64_t *vertex_x;      /**< [n_vertices] millionths of a metre; NULL = nodes without positions. */
    const int64_t *vertex_y;      /**< [n_vertices] NULL together with vertex_x. */
    c12_view map;                 /**< mapId of the positions. */
    const void *reserved;         /**< NULL. */
} c12_vda_route;

/** Who says it, to whom. */
typedef struct c12_vda_header {
    uint32_t struct_size;
    int32_t version;           /**< 20 or 21; 0 = 20. */
    int64_t header;            /**< headerId. */
    c12_ns timestamp;
    c12_view manufacturer;
    c12_view serial;
    c12_view order;            /**< orderId. */
    int64_t update;            /**< orderUpdateId. */
} c12_vda_header;

/** An order from a route: base and horizon, edges named "FROM-TO".  Steps of one vertex in a row become one node, released with the first of them.
 *  @param room    memory for the columns, aligned to 8
 *  @param message receives the order, for c12_vda_write and c12_vda_order_of; texts of the header are borrowed
 *  @return C12_E_RANGE for vertices, C12_E_SPACE: err->value bytes suffice.  O(steps).  @since 0.1 */
C12_API C12_MUST c12_status c12_vda_order_make(const c12_vda_route *route, const c12_vda_header *header, c12_mem room, c12_vda_message *message, c12_error *err);

/** Where a vehicle is in an order that it was given. */
enum {
    C12_VDA_ELSEWHERE = 0, /**< It has another order, or an earlier update. */
    C12_VDA_ON_WAY = 1,    /**< Released nodes are ahead. */
    C12_VDA_AT_END = 2,    /**< At the end of the base, with a horizon ahead. */
    C12_VDA_ARRIVED = 3,   /**< Nothing is ahead. */
    C12_VDA_LOST = 4       /**< What it says does not fit the order. */
};

typedef struct c12_vda_place {
    uint32_t struct_size;
    int32_t state;      /**< C12_VDA_ELSEWHERE ... */
    int32_t node;       /**< Node of the order it reached last, -1 = none of them. */
    int32_t base;       /**< Released nodes that are ahead. */
    int32_t horizon;    /**< Other nodes that are ahead. */
    int32_t new_base;   /**< 1 = it asks for more. */
    const char *why;    /**< LOST: a sentence; else NULL. */
    const void *reserved; /**< NULL. */
} c12_vda_place;

/** The way back: from a state to steps of an order, made by c12_vda_order_make or read.
 *  @return as c12_vda_order_check.  O(order).  @since 0.1 */
C12_API C12_MUST c12_status c12_vda_progress(const c12_vda_order *order, const c12_vda_report *report, c12_vda_place *place, c12_error *err);

#ifdef __cplusplus
}
#endif
#endif /* C12_VDA_H */

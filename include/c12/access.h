/* SPDX-License-Identifier: Apache-2.0 */
/** @file c12/access.h
 *  Who may do what: roles with grants and restrictions as data, duties that one person may not both do, and logins that are locked after
 *  too many failures.  Deny by default; a restriction wins over every grant, also over `all`.  Decisions come with their reason.
 *
 *  Who someone is, is proved elsewhere (c12/seal.h).  Text is one UTF-8 bytes column plus int64 offsets.
 *
 *  Sources: Ferraiolo and Kuhn, Role-based access controls (NIST 1992); ANSI INCITS 359 for dynamic separation of duties; SipHash after
 *  Aumasson and Bernstein (Indocrypt 2012). */
#ifndef C12_ACCESS_H
#define C12_ACCESS_H

#include "c12/base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define C12_ACCESS_MAX 65536     /**< Roles, and actions, a policy may have. */

enum {
    C12_ACCESS_ALL = -1 /**< As an action of a grant: every action. */
};

/** The rules.  Roles and actions are rows of their texts. */
typedef struct c12_access_policy {
    uint32_t struct_size;
    int32_t n_roles;
    int32_t n_actions;
    int32_t n_apart;                /**< Pairs of duties. */
    const uint8_t *role_text;       /**< Names of roles ... */
    const int64_t *role_off;        /**< [n_roles + 1] ... and their offsets. */
    const uint8_t *action_text;     /**< Names of actions ... */
    const int64_t *action_off;      /**< [n_actions + 1] ... and their offsets. */
    const int64_t *grant_off;       /**< [n_roles + 1] grants of each role. */
    const int32_t *grant;           /**< [grant_off[n_roles]] action, or C12_ACCESS_ALL. */
    const int64_t *restrict_off;    /**< [n_roles + 1] restrictions of each role; NULL = none. */
    const int32_t *restriction;     /**< [restrict_off[n_roles]] action. */
    const int32_t *apart_did;       /**< [n_apart] who did this to an object ... */
    const int32_t *apart_may_not;   /**< [n_apart] ... may not do that to it. */
} c12_access_policy;

/** Why. */
enum {
    C12_ACCESS_GRANTED = 0,    /**< A role grants it and none restricts it. */
    C12_ACCESS_NO_GRANT = 1,   /**< No role grants it. */
    C12_ACCESS_RESTRICTED = 2, /**< A role restricts it. */
    C12_ACCESS_APART = 3       /**< The same person did something to this object that this may not follow. */
};

/** An answer. */
typedef struct c12_access_decision {
    uint32_t struct_size;
    int32_t allowed;    /**< 1 or 0. */
    int32_t reason;     /**< C12_ACCESS_*. */
    int32_t role;       /**< The first role that grants or restricts it, -1 = none. */
    int32_t did;        /**< APART: the action that was done, -1 = none. */
    int32_t reserved;   /**< 0. */
} c12_access_decision;

/** When logins are locked; a zero takes its default. */
typedef struct c12_access_limits {
    uint32_t struct_size;
    int32_t failures;   /**< So many ... 1..16; 0 = 3. */
    c12_ns window;      /**< ... within so long lock ...; 0 = 5 minutes. */
    c12_ns lock;        /**< ... for so long after the last; 0 = 15 minutes. */
} c12_access_limits;

/** Rules made quick, and the failures of logins. */
typedef struct c12_access c12_access;

/** The source document's three roles (production_operator, quality_engineer, it_admin), and that who created an NCR may not close it.
 *  Fills *policy with pointers to constant data.  THREADSAFE.  @since 0.1 */
C12_API C12_MUST c12_status c12_access_default(c12_access_policy *policy, c12_error *err);

/** Every rule of c12_access_policy; all faults are listed.  @return C12_E_ARG, C12_E_RANGE naming column and row.  O(grants + roles^2 of
 *  equal names).  @since 0.1 */
C12_API C12_MUST c12_status c12_access_policy_check(const c12_access_policy *policy, c12_error *err);

/** Bytes of a handle.
 *  @param subjects users and addresses whose failures are remembered at once, 0..2^24; those that failed longest ago make room
 *  @return C12_E_ARG.  @since 0.1 */
C12_API C12_MUST c12_status c12_access_bytes(const c12_access_policy *policy, int32_t subjects, size_t *bytes, c12_error *err);

/** A handle in mem.  The policy's texts are borrowed.
 *  @param limits  NULL = defaults
 *  @param secret  16 random bytes that mix names of subjects, so that nobody can make two fall together; NULL = none
 *  @return C12_E_SPACE; as c12_access_policy_check.  @since 0.1 */
C12_API C12_MUST c12_status c12_access_init(c12_access **self, c12_mem mem, const c12_access_policy *policy, const c12_access_limits *limits,
                                            int32_t subjects, const uint8_t *secret, c12_error *err);

/** Row of a name, -1 = there is none.  O(1) expected.  @since 0.1 */
C12_API int32_t c12_access_role(const c12_access *self, c12_view name);
C12_API int32_t c12_access_action(const c12_access *self, c12_view name);

/** May someone with these roles do this, having done that to the same object?
 *  @param n_roles, role   the person's roles
 *  @param action          what is asked for; -1 (an unknown name) is granted to nobody
 *  @param n_did, did      the person's actions on the object so far; n_did 0 = none
 *  @param decision        out
 *  @return C12_E_RANGE for a role or action outside the policy.  O(roles + did * pairs of the action).  @since 0.1 */
C12_API C12_MUST c12_status c12_access_decide(const c12_access *self, int32_t n_roles, const int32_t *role, int32_t action, int32_t n_did,
                                              const int32_t *did, c12_access_decision *decision, c12_error *err);

/** Independent checker of a decision: reads the policy's lists from the first to the last.
 *  @return C12_OK whatever the verdict.  O(policy).  @since 0.1 */
C12_API C12_MUST c12_status c12_access_check(const c12_access_policy *policy, int32_t n_roles, const int32_t *role, int32_t action, int32_t n_did,
                                             const int32_t *did, const c12_access_decision *decision, c12_verdict *verdict, c12_error *err);

/* ---- logins ------------------------------------------------------------------------------------------------------------- */

/** May a login be tried now?
 *  @param user, address  names; an empty one is not looked at
 *  @param now            ns
 *  @param until          out: when both are free again; now when they are
 *  @param locked         out: 0, 1 = the user, 2 = the address, 3 = both
 *  @return C12_E_ARG.  O(1).  @since 0.1 */
C12_API C12_MUST c12_status c12_access_try(const c12_access *self, c12_view user, c12_view address, c12_ns now, c12_ns *until, int32_t *locked,
                                           c12_error *err);

/** A login failed; both user and address are charged.  Time must not run backwards for a subject: an earlier one counts as its latest.
 *  @param locked out, may be NULL: as c12_access_try, after this failure
 *  @return C12_E_ARG.  O(1).  @since 0.1 */
C12_API C12_MUST c12_status c12_access_failed(c12_access *self, c12_view user, c12_view address, c12_ns now, int32_t *locked, c12_error *err);

/** A login succeeded: the user's failures are forgotten, the address's are not, as it may try one user after another.  @since 0.1 */
C12_API C12_MUST c12_status c12_access_succeeded(c12_access *self, c12_view user, c12_error *err);

#ifdef __cplusplus
}
#endif
#endif /* C12_ACCESS_H */

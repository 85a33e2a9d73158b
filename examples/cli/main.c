/* SPDX-License-Identifier: Apache-2.0 */
/* The c12 command: which room, help, version. */
#include "cli.h"
#include <stdlib.h>
#include <string.h>

typedef struct room_entry { const char *name; int (*run)(cli *c); const char *about, *help; } room_entry;

static const room_entry entries[] = {
    { "bom", cmd_bom, "levels, explosion, where-used and cost rollup of a plant folder",
      "c12 bom check|levels DIR\nc12 bom tree DIR --item CODE [--bucket T] [--svg FILE]\nc12 bom explode DIR --item CODE --qty N\nc12 bom where-used DIR --item CODE [--multi]\n"
      "c12 bom rollup DIR [--elements] [--prices FILE]\nc12 bom diff BEFORE AFTER\nc12 bom replace DIR OLD NEW [--ratio N/D] [--from BUCKET] [--write | -o FILE]\nc12 bom eco DIR [--serial N] [--write | -o FILE]\n\n"
      "  tree: a sub-assembly is spread out once; --svg: as a picture; --prices: what other prices would change, FILE: item,own_cost,...\n"
      "  replace, eco: show what would change; --write makes it the bill, -o FILE writes the new bill beside it\n\n"
      "example:  c12 bom rollup examples/plants/humanoid\n" },
    { "mrp", cmd_mrp, "time-phased material plan",
      "c12 mrp DIR --buckets N [-o OUT] [--pegging] [--threads T]\nc12 mrp DIR --buckets N --item CODE --bucket T [--feeds | --quote QTY]\nc12 mrp DIR --buckets N --item CODE --svg FILE\nc12 mrp DIR --dates [--today YYYY-MM-DD] [--buckets DAYS] [-o OUT]\n\n"
      "  OUT/plan.csv exceptions.csv planned_orders.csv pegging.csv; without -o plan.csv goes to standard output\n"
      "  --item: why a cell is what it is and which demand waits for it; --feeds: what feeds the order received there; --quote: when a\n"
      "  new order wanted there can be met; --svg: the item's row as a picture\n"
      "  --dates: planned_orders.csv and exceptions.csv by date, lead times in working days of calendars\n\n"
      "example:  c12 mrp examples/plants/humanoid --buckets 90 -o /tmp/mrp --pegging\n" },
    { "buy", cmd_buy, "purchase requisitions, shortage list and ABC classes of the bought items",
      "c12 buy DIR [--buckets N] [-o OUT] [--policy preferred|cheapest|earliest] [--consolidate N] [--order-window N]\n        [--buy-up] [--keep-policy-when-late]\nc12 buy DIR --item CODE --svg FILE\n\n"
      "  OUT/requisitions.csv shortages.csv abc.csv and a summary by supplier; without -o the requisitions\n"
      "  --consolidate: needs of an item within N buckets become one requisition; --order-window: order dates of a\n"
      "  supplier within N buckets share a purchase order; --buy-up: order more where a price break makes it cheaper\n\n"
      "example:  c12 buy examples/plants/humanoid -o /tmp/buy --policy cheapest --consolidate 5\n" },
    { "sched", cmd_sched, "finite-capacity schedule",
      "c12 sched FILE [--format auto|jsp|fjsp|plant] [--time S] [--work N] [--threads T] [--seed K]\n"
      "          [--objective TERM[*WEIGHT],...|TERM>TERM...] [-o PLAN.csv] [--svg FILE] [--html FILE] [--colour order|family] [--trace FILE]\n"
      "c12 sched check FILE PLAN.csv [--svg FILE] [--html FILE]\nc12 sched diff FILE BEFORE.csv AFTER.csv\nc12 sched taillard JOBS MACHINES TIME_SEED MACHINE_SEED [-o FILE.jsp]\n"
      "c12 sched apply FILE PLAN.csv EVENTS.csv [-o NEW.csv] [--time S|--work N] [--calm PRICE] [--until T] [--svg FILE] [--html FILE]\n"
      "c12 sched insert FILE PLAN.csv ORDERS [the same]\nc12 sched promise FILE PLAN.csv ORDERS\nc12 sched explain FILE PLAN.csv JOB\n\n"
      "  --svg: a Gantt chart to print; --html: one page to zoom and move in, with a list of late orders; check draws a\n"
      "  valid plan; diff: the operations whose start or machine differs\n"
      "  apply, insert: what must move when something happens or orders come, and with a limit what a search makes of it; EVENTS.csv: event,job,op,machine,from,to\n"
      "  with the events now, down, started, finished, due, cancel, material; --calm: what moving an operation that starts before --until costs;\n"
      "  promise: the date of each order that nobody minds, and the earliest, with what that does to others; explain: why a job is late, and what would mend it\n\n"
      "example:  c12 sched ft06.jsp --time 1 --svg ft06.svg\n" },
    { "route", cmd_route, "collision-free routes of many robots on one floor",
      "c12 route MAP SCEN N SECONDS OUT [--threads T] [--seed K] [--work N] [--first] [--partial] [--svg FILE] [--html FILE]\nc12 route check MAP SCEN OUT\n"
      "c12 route lifelong MAP TASKS N STEPS OUT [--ms-per-step M] [--seed K] [--html FILE]\nc12 route timed WORLD OUT [--time S | --work N] [--seed K]\nc12 route timed check WORLD OUT\n\n"
      "  OUT: a line a robot, \"x,y x,y ...\", one cell a step; --svg: a picture; --html: a page that plays it\n"
      "  --partial: when not all can arrive as many do as the orders tried let, the others go as near as they can stay, and are named\n"
      "  lifelong: robots on cells drawn by the seed take the tasks in the order of the file, TASKS: their number, then lines 'id x y x y' with the cells to visit;\n"
      "  all are there from the first step; --ms-per-step: how many steps took longer\n"
      "  timed: robots of unequal speeds to the millisecond; both cells are held while a robot moves.  Lines of WORLD, # begins a remark:\n"
      "    dims X Y Z                              cells of the box, first of all\n"
      "    block x y z t0 t1                       nobody there from t0 ms until t1, -1 = for ever\n"
      "    oneway x y z dx dy dz                   from this cell to the one beside it, never back\n"
      "    a id sx sy sz gx gy gz t0 ms_per_cell   a robot, its start, its goal, when it comes and how fast it is\n"
      "    turn N                                  a quarter turn takes as long as N cells; heading id h: 0 x rises, 1 y rises, 2, 3\n"
      "    slow x y z x2 y2 z2 ms_per_cell         nobody drives into the cells of this box faster\n"
      "    avoid x y z x2 y2 z2 ms                 driving into a cell of this box counts as being so much later\n"
      "    only x y z x2 y2 z2 c                   for robots of class c alone, or of several such lines; class id c: a robot's class\n"
      "    single x y z x2 y2 z2                   one robot at a time in this box\n"
      "    apart x y z x2 y2 z2                    two cells that two robots never hold at once\n"
      "  OUT: each robot's line and under it \"w x y z in out\", a cell and when it is held; out -1 = it stays\n"
      "  timed check: such lines, planned or from a log of what was driven, judged by the independent checker\n\n"
      "example:  c12 route random-32-32-20.map random.scen 50 1 plan.txt --svg plan.svg\n" },
    { "charge", cmd_charge, "who charges in which bay in the hours ahead",
      "c12 charge FILE.json [--work N] [--seed K] [--csv] [-o OUT] [--svg FILE]\n\n"
      "  slots by robot with minutes and batteries, what is lacking and how many bays are missing, as JSON or CSV; --svg: bays and\n"
      "  batteries as a picture; FILE: classes, robots, bays, demand, see docs/guide/charging.md\n\n"
      "example:  c12 charge examples/fleet.json --svg charge.svg\n" },
    { "dispatch", cmd_dispatch, "which robot does which task, and why",
      "c12 dispatch FILE.json [-o OUT.json]\n\n"
      "  FILE.json: robots and tasks with ids, and either cost (a row a robot, null = impossible) or places and travel between them (ticks);\n"
      "  robots: at, skills, battery (percent), wait, capacity, task, rank, used; tasks: at, skills, duration, priority, load, deadline, rank;\n"
      "  model travel|score, hysteresis, drain_ppm, drain_ticks, reserve_ppm, late_cost, balance_ppm and so on: docs/guide/routes.md\n"
      "  the answer names for each task its robot, the runner-up, by how much that one is behind, and what made the others impossible\n\n"
      "example:  c12 dispatch examples/plants/humanoid/dispatch.json\n" },
    { "tlm", cmd_tlm, "telemetry block files and radio frames",
      "c12 tlm pack IN.jsonl OUT.c12t [--keep-order] [--level plain|fast|default|max] [--precision FIELD=STEP,...]\nc12 tlm unpack IN.c12t [OUT.jsonl]\nc12 tlm stat|verify|latest IN.c12t\nc12 tlm append FILE.c12t MORE.jsonl\nc12 tlm recover FILE.c12t\nc12 tlm salvage BAD.c12t GOOD.c12t\n"
      "c12 tlm compact IN.c12t OUT.c12t [--level plain|fast|default|max]\nc12 tlm retain IN.c12t OUT.c12t --since T [--archive OLD.c12t]\n"
      "c12 tlm export IN.c12t [--to csv|jsonl] [--field F,F] [--from T] [--until T] [--robot R]\n"
      "c12 tlm query IN.c12t [--from T] [--to T] [--robot R] [--field F,F] [--bucket 10s] [--fn count,avg,min,max,sum,first,last] [--together] [--svg FILE]\n"
      "c12 tlm sample IN.c12t --robot R --field F [--points N] [--method lttb|minmax|mean] [--from T] [--to T]\n"
      "c12 tlm wire IN.jsonl OUT.c12w [--key-every S] [--ordered] [--batch N] [--key FILE [--tag 12|16]]\nc12 tlm unwire IN.c12w [OUT.jsonl] [--key FILE]\n\n"
      "  --key FILE with every verb: the file, or each frame, is sealed with that key of c12 seal key; compact seals a file in the plain\n"
      "  query: one row for each robot and bucket (250ms, 10s, 1m, 1h, 1d; without it one); T: 2025-10-24T14:32:17Z, a date, or milliseconds;\n"
      "  --together: all robots in one row; --svg: a picture, least to largest as a band, mean as a line; latest: each robot's last record\n"
      "  append: in place, all or nothing; recover: finish what an interrupted writer left; salvage: every intact block, exit 1 when something was lost\n"
      "  compact: full blocks, robot after robot; retain: blocks with rows since T, the others to an archive or dropped\n"
      "  wire: the radio frames the robots would send; --key-every: seconds from KEY to KEY (5); --ordered: for a link that loses nothing;\n"
      "  --batch: most records in a frame, where those of a robot stand together; --tag: bytes that vouch for a sealed frame (12)\n\n"
      "example:  c12 tlm pack day.jsonl day.c12t && c12 tlm query day.c12t --field battery_level --bucket 1h --fn avg,min\n" },
    { "ncr", cmd_ncr, "nonconformances: grades, assignment, life cycle, clocks, optical inspection",
      "c12 ncr grade IN.csv [--rules FILE]\nc12 ncr assign REPORTS.csv STAFF.csv\nc12 ncr replay REPORTS.csv EVENTS.csv [--now T] [--calendar FILE] [--day-hours H] [--whys N] [--window DAYS]\n"
      "c12 ncr aoi DETECTIONS.csv [--views N] [--confidence C] [--least K]\nc12 ncr states [--svg FILE]\n\n"
      "  IN.csv: report,code,station,lot_qty,bad_qty,severity,occurrence,detection,repeats,safety (report and code needed)\n"
      "  REPORTS.csv: report,grade,code,station,raised_by,created; STAFF.csv: person,manager,away,load; EVENTS.csv: report,event,value,by,at\n"
      "  replay: where reports stand, who has them, when corrective actions are due, whether they helped; exit 1 when an event was refused,\n"
      "  which is said with its reason; --calendar: open,close of the time that counts, of which --day-hours make a day; --window: days in which\n"
      "  the same code at the same station says that the action did not help (90)\n"
      "  aoi: unit,view,class,confidence; a row without class is a view that shows nothing; FAIL when --least views show a class above --confidence\n"
      "  states: the table of moves, --svg: as a picture\n\n"
      "example:  c12 ncr grade reports.csv --rules examples/plants/humanoid/rules.csv\n" },
    { "spc", cmd_spc, "control charts, capability, Pareto counts and sampling plans",
      "c12 spc xbar-r|xbar-s|i-mr FILE [--spec LO:HI] [--rules nelson|western|all|1,2,5] [--baseline N] [--svg FILE]\nc12 spc p|np|c|u FILE [--rules ...] [--baseline N] [--svg FILE]\n"
      "c12 spc ewma FILE [--target T] [--sigma S] [--lambda L] [--width W] [--svg FILE]\nc12 spc cusum FILE [--target T] [--sigma S] [--allowance K] [--interval H] [--svg FILE]\n"
      "c12 spc pareto FILE\nc12 spc sample --lot N --aql PERCENT [--level I|II|III|S-1|S-2|S-3|S-4] [--tightened|--reduced]\n\n"
      "  FILE: sample,value,size,count,exclude as the chart needs them; rows of one sample are a subgroup; pareto: category,count\n"
      "  --spec: Cp, Cpk, Pp, Ppk with their 95 % intervals; --baseline: the first N points make the lines; K and H in sigmas\n"
      "  c12 spc FILE --chart xbar-r does the same\n\n"
      "example:  c12 spc xbar-r examples/rings.csv --spec 73.95:74.05 --svg rings.svg\n" },
    { "stock", cmd_stock, "what lies where: ledger, places, tours, counts",
      "c12 stock balances LEDGER.csv\nc12 stock putaway PLACES.csv LOADS.csv\nc12 stock tour PICKS.csv --aisles N --length L --pitch P [--depot J] [--svg FILE]\n"
      "c12 stock count COUNTS.csv [--tolerance PPM]\nc12 stock sample --all N --wrong K [--risk PPM]\n\n"
      "  balances: kind,item,from,to,lot,qty; kinds receipt, issue, transfer, adjust, scrap; all or none; the list is checked\n"
      "  putaway: location,zone,free,distance and item,zone,size; the nearest place with room in its zone, else in any; exit 1 when one finds none\n"
      "  tour: pick,aisle,position; the shortest way from the front of aisle J past all picks and back, exact\n"
      "  count: item,book,counted,cost; an empty count is one not made; sample: counts that meet one of K wrong records but for the risk\n\n"
      "example:  c12 stock tour picks.csv --aisles 12 --length 40 --pitch 5 --svg tour.svg\n" },
    { "cost", cmd_cost, "value of stock, variances, a balanced journal, landed cost",
      "c12 cost value LEDGER.csv [--method fifo|average|standard] [--rows | --layers]\nc12 cost variances USES.csv [--svg FILE]\nc12 cost overhead CENTRES.csv\n"
      "c12 cost journal EVENTS.csv [--no-scrap-account]\nc12 cost landed LINES.csv CHARGES.csv [--shares]\n\n"
      "  value: kind,item,qty,value|price,standard; kinds receipt, issue, revalue, adjust; what went out and what is left is what came in\n"
      "  variances: order,element,used,allowed,spoiled,actual,price; elements material, labour, overhead; they add up to actual less standard\n"
      "  overhead: centre,actual,fixed_budget,variable_rate,fixed_rate,used,allowed; spending, efficiency and volume\n"
      "  journal: event,order,qty,actual,standard,material,labour,overhead; events receipt, issue, labour, overhead, completion, scrap, close\n"
      "  landed: line,shipment,qty,value,weight and charge,shipment,basis,amount; bases qty, value, weight, line\n\n"
      "example:  c12 cost variances examples/cost/uses.csv --svg variances.svg\n" },
    { "kpi", cmd_kpi, "OEE and losses, yield, flow, takt, delivery, fleets, suppliers",
      "c12 kpi oee EVENTS.csv [--counts COUNTS.csv] [--from T] [--to T] [--svg FILE]\nc12 kpi fleet EVENTS.csv [--from T] [--to T]\nc12 kpi tasks TASKS.csv\nc12 kpi yield STEPS.csv\n"
      "c12 kpi flow VISITS.csv --from T --to T [--svg FILE]\nc12 kpi takt STATIONS.csv --demand N [--svg FILE]\nc12 kpi delivery ORDERS.csv --now T [--early N] [--late N]\n"
      "c12 kpi suppliers RECEIPTS.csv [--marks MARKS.csv] [--weights 6:3:1] [--best PPM] [--svg FILE]\n\n"
      "  oee, fleet: machine,from,to,state,reason; states run, setup, stop, failure, idle, off; counts: machine,run_time,produced,good,...\n"
      "  times are ticks, or 2026-03-01T06:00 and then ticks are seconds; what cannot be divided is left empty\n"
      "  yield: step,entered,first_good,good; flow: unit,entered,left; takt: station,available,busy,made; tasks: station,outcome\n"
      "  delivery: order,due,done,ordered,delivered; suppliers: supplier,rejected,late and supplier,communication\n\n"
      "example:  c12 kpi oee examples/kpi/events.csv --counts examples/kpi/counts.csv --svg losses.svg\n" },
    { "shop", cmd_shop, "purchases from requisition to payment, sales from order to payment, defects to what is done about them",
      "c12 shop purchases REQUESTS.csv STEPS.csv PEOPLE.csv [--tolerance PPM] [--journal] [--db FILE]\nc12 shop sales SALES.csv STEPS.csv [--journal] [--db FILE]\n"
      "c12 shop quality ORDERS.csv REPORTS.csv [--staff FILE] [--rules FILE] [--hold GRADE] [--journal] [--db FILE]\n\n"
      "  REQUESTS.csv: purchase,item,qty,price,standard,requester,at; STEPS.csv: purchase,step,by,at,qty,bad,amount; PEOPLE.csv: person,limit (empty: approves nothing)\n"
      "  steps: approve, reject, order (qty, amount: price), receive (qty), inspect (qty good, bad), invoice (qty, amount: price), pay (amount)\n"
      "  SALES.csv: sale,item,material,qty,price,standard,at; STEPS.csv: sale,step,by,at,qty,amount\n"
      "  steps: make, cancel, issue (qty, amount: cost of a piece), absorb (amount), complete, ship and bill (qty), collect (amount)\n"
      "  ORDERS.csv: order,item,cost (of a piece so far),qty,state,good,scrap; REPORTS.csv: report,code,order,at,by,station,bad (pieces, empty: all),\n"
      "  decision (rework, scrap, use_as_is or none yet),decided_by,decided; --staff: person,manager; --rules: token,grade,station; --hold: grade from which\n"
      "  a report holds its order (minor), or none\n"
      "  --tolerance: by how many millionths prices may differ; --journal: entries, which add up to 0 in each step, in place of documents\n"
      "  --db: into an SQLite store, in one transaction; steps that are there already are passed over, reports that are there are refused\n"
      "  exit 1 when a step or a decision was refused, which is said with its reason and both values\n\n"
      "example:  c12 shop purchases examples/shop/requests.csv examples/shop/steps.csv examples/shop/people.csv --tolerance 20000\n" },
    { "order", cmd_order, "work orders: life cycle, stations, holds, splits; which lot is in which unit",
      "c12 order replay EVENTS.csv [--stations] [--svg FILE]\nc12 order states [--svg FILE]\nc12 order trace GENEALOGY.csv --lot L | --serial S [--up] [--svg FILE]\nc12 order json FILE.json [-o OUT.json]\n\n"
      "  EVENTS.csv: order,event,at,by,station,value,good,scrap,rework; create (good: pieces, value: stations a>b>c), release, start, begin, report,\n"
      "  finish, assign and free (value: robot), hold and lift (value: hold), resume, rework, scrap, complete, ship, split (good: pieces, value: new order)\n"
      "  exit 1 when an event was refused, which is said with its reason; --stations: a row a station; --svg: how far each order is\n"
      "  GENEALOGY.csv: unit,part,lot,qty; --lot, or --serial with --up: all units that hold it, recall 1 = in no other unit; --serial: what is in it; --svg: a tree\n"
      "  json: work orders as the document's data model, judged and written again\n\n"
      "example:  c12 order replay examples/orders/events.csv --svg orders.svg\n" },
    { "access", cmd_access, "who may do what, and why",
      "c12 access check --action A [--role R,R] [--did A,A] [--policy FILE.csv]\n\n"
      "  deny by default; a restriction wins over every grant, also over all; --did: what the same person did to this object before\n"
      "  policy: effect,role,action,other: grant and restrict of a role (action `all`: everything), apart: who did action may not do other\n"
      "  exit 0 = allowed, 1 = not; without a policy the document's three roles\n\n"
      "example:  c12 access check --role quality_engineer --action close_ncr --did create_ncr\n" },
    { "seal", cmd_seal, "keys, encrypted files, audit trails, passwords, codes, tokens and signatures",
      "c12 seal key OUT.key\nc12 seal public|id FILE.key [-o OUT.pub]\nc12 seal encrypt|decrypt IN OUT --key FILE.key [--for TEXT]\nc12 seal audit append LOG.csv --who W --action A [--object O] [--detail D]\n"
      "c12 seal audit checkpoint LOG.csv --key FILE.key [-o CHECKS.csv]\nc12 seal audit verify LOG.csv [--checks CHECKS.csv] [--public FILE.pub] [--least N]\n"
      "c12 seal password < SECRET\nc12 seal password check LINE < SECRET\nc12 seal totp --secret FILE [--time S] [--hash sha1|sha256|sha512] [--digits N]\nc12 seal totp check CODE --secret FILE --state FILE [--window N]\n"
      "c12 seal jwt TOKEN --alg HS256|ES256 --key FILE --issuer I --audience A [--time S] [--leeway S]\n"
      "c12 seal sign DIR --person P --document D --version V --meaning M --why TEXT --key FILE.key [-o ACT.json] < SECRET\nc12 seal check ACT.json --public FILE.pub\n\n"
      "  key: 32 random bytes as 64 hexadecimal digits, for encryption or for signing; public: the key others verify with; id: the name in errors\n"
      "  encrypt: AES-256-GCM; --for: what the file belongs to, the same to decrypt it; secrets are read from standard input, never from arguments\n"
      "  audit: each row's hash holds the one before; verify names the first wrong row, exit 1; checks: keep them away from the log's keeper\n"
      "  totp: --secret: base32 as apps show it; --state: remembers the last code, so that none is taken twice; jwt: - is standard input; ES256 takes a .pub file\n"
      "  sign: authored, reviewed, approved, released or rejected; DIR: people.csv documents.csv trainings.csv, see docs/guide/seal.md\n\n"
      "example:  c12 seal key plant.key && c12 seal encrypt orders.csv orders.c12s --key plant.key\n" },
    { "vda", cmd_vda, "orders and states of VDA 5050: judged, printed, made from routes",
      "c12 vda check MESSAGE FILE.json [--after RUNNING.json] [--strict]\nc12 vda print MESSAGE FILE.json [-o OUT.json]\n"
      "c12 vda order ROUTE.csv --order ID --manufacturer M --serial S [--released N] [--update U] [--first SEQUENCE]\n              [--map MAP] [--header H] [--time T] [--version 2.0|2.1] [-o OUT.json]\n"
      "c12 vda place ORDER.json STATE.json\nc12 vda fields MESSAGE\n\n"
      "  MESSAGE: order, instantActions, state, visualization, connection or factsheet; versions 2.0 and 2.1\n"
      "  check: against the schema, all faults with line and column, then an order against rules V1 to V8; --after: as an update of that order;\n"
      "  --strict: members the standard does not know are faults too; exit 1 when a rule is broken, 2 when it is no message; print: canonical\n"
      "  ROUTE.csv: vertex,x,y (metres) from where the robot stands; the first N are released (base), the rest is the horizon\n"
      "  place: where a vehicle is in an order by its state; exit 1 when the two do not fit; fields: what a message may hold\n\n"
      "example:  c12 vda check order examples/vda/update.json --after examples/vda/order.json\n" },
    { "plan", cmd_plan, "orders to material plan, orders, finite schedule and report",
      "c12 plan PLANT [--db FILE] [-o DIR] [--threads T] [--seed K] [--work N] [--rounds K]\n\n"
      "  DIR: mrp_plan.csv planned_orders.csv purchase_orders.csv schedule.csv exceptions.csv orders.csv mps.csv rough_cut.csv report.html\n"
      "  --rounds: lead times and dates the finite schedule cannot keep go back into the material plan, at most K times\n\n"
      "example:  c12 plan examples/plants/humanoid -o plan-out\n" },
    { "demo", cmd_demo, "a factory day end to end on the sample plant",
      "c12 demo [--plant DIR] [--robots N] [--days D] [--seed K] [--threads N] [--work N] [-o DIR] [--once]\n\n"
      "  plans the orders, simulates the busiest day in the hall with all robots, stops a work order on a critical\n"
      "  report, plans again and writes report.html, the plan's CSV files, telemetry.c12t and factory.db; on a terminal the day then plays in\n"
      "  c12d with the dashboard on it; --once: not\n\n"
      "example:  c12 demo --seed 7 -o demo-out\n" },
    { "bench", cmd_bench, "how fast the planners are on this machine",
      "c12 bench [bom|mrp|buy|sched|route|dispatch|charge|tlm] | plant DIR [--buckets N] [--threads T]\n          | live PLANT.json [--time S] [--replan S] [--calm PRICE] [--threads T] | life [MAP N STEPS] [--seed K]\n          | charge [--seed K] [--work N] | route MAP SCEN [--robots N] | fleet [--large] | wire FILE.jsonl | shop | seal [FILE.c12t]\n          | tlm FILE.jsonl [--rows N] [--level plain|fast|default|max] | ts [FILE.c12t] [--days N] [--robots N]\n          | arrow FILE.c12t [--field A,B,C] [--batch N] | stock | vda\n\n  medians on problems made by the command itself, or of everything bom and mrp do with a plant folder:\n  rows = rows touched or told by a call on average; us_a_row_of_cascades over the calls that touched 1000 rows and more\n  tlm: bytes of a whole file and speed of the block codec, by level and rows a block, of one's own telemetry\n  life: a step of a fleet that never stops, and the goals it reaches, on floors of the literature or a map\n\nexample:  c12 bench route --json\n" },
    { "sim", cmd_sim, "robots that are not there, over HTTP or MQTT", "c12 sim robot --plant DIR [--host H] [--port P] [--robots N] [--seconds S] [--speed K] [--certs DIR --ca FILE]\nc12 sim robot --mqtt --plant DIR | --serial NAME [--broker H] [--port P] [--manufacturer M] ...\n\n  --mqtt: vehicles of VDA 5050 on a broker; c12 sim robot [--mqtt] --help says more\n\nexample:  c12 sim robot --plant examples/plants/humanoid --robots 10 --seconds 60\n" },
    { "backup", cmd_backup, "a daemon's state folder into one sealed file, while it runs",
      "c12 backup STATE_DIR OUT.c12b --key FILE\n\n"
      "  the store as it is at one moment, and all telemetry files; AES-256-GCM; the key is one of c12 seal key\n\n"
      "example:  c12 backup c12-state monday.c12b --key backup.key\n" },
    { "restore", cmd_restore, "such a file into a new state folder",
      "c12 restore IN.c12b NEW_DIR --key FILE\nc12 restore IN.c12b --key FILE --verify\n\n"
      "  the folder appears when all of it is there and sound: the store's integrity, every telemetry block; --verify: only look; exit 1 = it is not whole\n\n"
      "example:  c12 restore monday.c12b c12-state --key backup.key\n" },
    { "retain", cmd_retain, "what is old from a daemon's state folder into sealed archives",
      "c12 retain STATE_DIR --key FILE [--dry-run] [--now YYYY-MM-DD]\n\n"
      "  kind       in the store   then archived, until\n  telemetry      90 days     2 years\n  quality       365 days     7 years\n  financial     365 days    10 years\n  logs          180 days     3 years\n\n"
      "  rows become STATE_DIR/archive/KIND-TABLE-DATE.c12a (c12 seal decrypt --for NAME reads it), telemetry sealed .c12t files; the audit trail says what went, with\n"
      "  its SHA-256; open work is never taken; --dry-run: only say what would go\n\n"
      "example:  c12 retain c12-state --key archive.key --dry-run\n" },
    { "doctor", cmd_doctor, "what is installed and usable", "c12 doctor\n" },
};
enum { ENTRIES = sizeof entries / sizeof *entries };

static int print_help(FILE *to)
{
    fputs("c12: planning and quality core of a robot factory\n\nusage: c12 ROOM ... [--json | --csv] [-o FILE]\n\n", to);
    for (int k = 0; k < ENTRIES; k++) fprintf(to, "  %-10s %s\n", entries[k].name, entries[k].about);
    fputs("\nc12 ROOM --help has an example of each; c12 --version.  Start with: c12 demo\n", to);
    return EXIT_DONE;
}

static int run_entry(const room_entry *e, int argc, char **argv)
{
    static char faults[16384];
    cli c = { .argc = argc, .argv = argv, .room = e->name, .err = C12_INIT(c12_error) };
    c.taken = NEW(char, argc + 1);
    c.err.text = faults;
    c.err.text_cap = sizeof faults;
    if (cli_flag(&c, "--help") || cli_flag(&c, "-h")) {
        printf("%s: %s\n\n%s", e->name, e->about, e->help);
        free(c.taken);
        return EXIT_DONE;
    }
    c.json = cli_flag(&c, "--json");
    c.csv = cli_flag(&c, "--csv");
    c.out = cli_value(&c, "-o");
    int code = c.bad ? EXIT_BAD : e->run(&c);
    free(c.taken);
    if (fflush(stdout)) return EXIT_INTERNAL;
    return code;
}

int main(int argc, char **argv)
{
    if (argc < 2) { print_help(stderr); return EXIT_BAD; }
    if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help")) return print_help(stdout);
    if (!strcmp(argv[1], "--version")) {
        uint32_t v = c12_version();
        printf("c12 %u.%u.%u\n", (unsigned)(v >> 16), (unsigned)(v >> 8 & 255), (unsigned)(v & 255));
        return EXIT_DONE;
    }
    for (int k = 0; k < ENTRIES; k++)
        if (!strcmp(argv[1], entries[k].name)) return run_entry(&entries[k], argc - 2, argv + 2);
    return cli_say("c12: no room '%s'; c12 --help lists them", argv[1]);
}

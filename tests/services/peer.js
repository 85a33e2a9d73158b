// SPDX-License-Identifier: Apache-2.0
// Another maker's side of VDA 5050 (npm's vda-5050-lib): a vehicle, or a master control that sends an order and an update.
//
// usage: node peer.js agv URL MAKER SERIAL X Y        drives until it is ended
//        node peer.js master URL MAKER SERIAL         prints one JSON line when the order is done
const vda = require("vda-5050-lib");
const [what, url, manufacturer, serialNumber, x, y] = process.argv.slice(2);
const agvId = { manufacturer, serialNumber };
const options = { interfaceName: "uagv", transport: { brokerUrl: url }, vdaVersion: "2.0.0" };

async function agv() {
    const controller = new vda.AgvController(agvId, options, { agvAdapterType: vda.VirtualAgvAdapter, publishStateInterval: 1000 },
        { initialPosition: { mapId: "map", x: Number(x), y: Number(y), theta: 0, lastNodeId: "" }, vehicleSpeed: 8, stateUpdateFrequency: 20, timeLapse: 1 });
    await controller.start();
    console.log("started");
}

const node = (nodeId, sequenceId, released, px) => ({ nodeId, sequenceId, released, nodePosition: { x: px, y: 0, mapId: "map" }, actions: [] });
const edge = (a, b, sequenceId, released) => ({ edgeId: a + "-" + b, sequenceId, released, startNodeId: a, endNodeId: b, actions: [] });

async function master() {
    const controller = new vda.MasterController(options, {});
    const seen = { traversed: [], actions: [] };
    await controller.start();
    let factsheet = false;
    await controller.subscribe("factsheet", agvId, () => { factsheet = true; });
    let online = false;
    controller.trackAgvs((id, state) => { if (id.serialNumber === serialNumber) online = state === "ONLINE"; });
    for (let k = 0; k < 100 && !online; k++) await new Promise(r => setTimeout(r, 100));
    const handler = {
        onOrderProcessed: (error, canceled, active, context) => {
            if (active) return;
            console.log(JSON.stringify({ error: error || null, canceled, online, factsheet, traversed: seen.traversed, actions: seen.actions, update: context.order.orderUpdateId }));
            controller.stop().then(() => process.exit(0));
        },
        onNodeTraversed: n => { seen.traversed.push(n.nodeId); },
        onActionStateChanged: s => { seen.actions.push(s.actionStatus); },
    };
    const first = [node("n1", 0, true, 0), node("n2", 2, true, 1), node("n3", 4, false, 2)];
    first[1].actions.push({ actionType: "pick", actionId: "a1", blockingType: vda.BlockingType.Hard, actionParameters: [] });
    const orderId = "peer-" + Date.now();
    await controller.assignOrder(agvId, { orderId, orderUpdateId: 0, nodes: first, edges: [edge("n1", "n2", 1, true), edge("n2", "n3", 3, false)] }, handler);
    const update = [node("n2", 2, true, 1), node("n3", 4, true, 2), node("n4", 6, true, 3)];
    update[0].actions = first[1].actions;
    await controller.assignOrder(agvId, { orderId, orderUpdateId: 1, nodes: update, edges: [edge("n2", "n3", 3, true), edge("n3", "n4", 5, true)] }, handler);
}

(what === "agv" ? agv() : master()).catch(e => { console.error(e); process.exit(1); });

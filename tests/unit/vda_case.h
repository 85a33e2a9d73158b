/* SPDX-License-Identifier: Apache-2.0 */
/* Messages that several tests of the room read. */
#ifndef C12_TESTS_VDA_CASE_H
#define C12_TESTS_VDA_CASE_H

#include "c12/vda.h"
#include <check.h>
#include <stdlib.h>
#include <string.h>

#define VDA_HEAD "\"headerId\":7,\"timestamp\":\"2026-11-30T08:15:00.250Z\",\"version\":\"2.0.0\",\"manufacturer\":\"acme\",\"serialNumber\":\"R1\""

/* Canonical, so that what is printed is the same text. */
static const char vda_good_order[] =
    "{" VDA_HEAD ",\"orderId\":\"o1\",\"orderUpdateId\":3,\"zoneSetId\":\"z\",\"nodes\":["
    "{\"nodeId\":\"a\",\"sequenceId\":0,\"nodeDescription\":\"\",\"released\":true,\"nodePosition\":{\"x\":-1.5,\"y\":0.000001,\"theta\":3.141593,\"allowedDeviationXY\":0.1,\"allowedDeviationTheta\":0.5,\"mapId\":\"hall\",\"mapDescription\":\"m\"},"
    "\"actions\":[{\"actionType\":\"pick\",\"actionId\":\"p1\",\"actionDescription\":\"d\",\"blockingType\":\"HARD\",\"actionParameters\":[{\"key\":\"k\",\"value\":{\"deep\":[1,2.5e3,null,\"x y\"]}},{\"key\":\"h\",\"value\":12.50}]},"
    "{\"actionType\":\"beep\",\"actionId\":\"p2\",\"blockingType\":\"NONE\"}]},"
    "{\"nodeId\":\"b\",\"sequenceId\":2,\"released\":true,\"actions\":[]},"
    "{\"nodeId\":\"c\",\"sequenceId\":4,\"released\":false,\"actions\":[{\"actionType\":\"drop\",\"actionId\":\"p3\",\"blockingType\":\"SOFT\",\"actionParameters\":[]}]}],"
    "\"edges\":[{\"edgeId\":\"a-b\",\"sequenceId\":1,\"edgeDescription\":\"\\\"quoted\\\"\",\"released\":true,\"startNodeId\":\"a\",\"endNodeId\":\"b\",\"maxSpeed\":1.2,\"maxHeight\":2,\"minHeight\":0.1,\"orientation\":-3.141593,"
    "\"orientationType\":\"TANGENTIAL\",\"direction\":\"left\",\"rotationAllowed\":false,\"maxRotationSpeed\":0.5,\"length\":4,\"trajectory\":{\"degree\":1,\"knotVector\":[0,0,1,1],\"controlPoints\":[{\"x\":0,\"y\":0,\"weight\":1},{\"x\":4,\"y\":0}]},"
    "\"corridor\":{\"leftWidth\":0.5,\"rightWidth\":0.25,\"corridorRefPoint\":\"CONTOUR\"},\"actions\":[]},"
    "{\"edgeId\":\"b-c\",\"sequenceId\":3,\"released\":false,\"startNodeId\":\"b\",\"endNodeId\":\"c\",\"actions\":[{\"actionType\":\"honk\",\"actionId\":\"p4\",\"blockingType\":\"NONE\"}]}]}";

static const char vda_good_state[] =
    "{" VDA_HEAD ",\"maps\":[{\"mapId\":\"hall\",\"mapVersion\":\"1\",\"mapDescription\":\"\",\"mapStatus\":\"ENABLED\"}],\"orderId\":\"o1\",\"orderUpdateId\":3,\"zoneSetId\":\"z\",\"lastNodeId\":\"a\",\"lastNodeSequenceId\":0,\"driving\":true,\"paused\":false,"
    "\"newBaseRequest\":true,\"distanceSinceLastNode\":0.25,\"operatingMode\":\"SEMIAUTOMATIC\",\"nodeStates\":[{\"nodeId\":\"b\",\"sequenceId\":2,\"nodeDescription\":\"n\",\"released\":true,\"nodePosition\":{\"x\":4,\"y\":0,\"theta\":0,\"mapId\":\"hall\"}},"
    "{\"nodeId\":\"c\",\"sequenceId\":4,\"released\":false}],\"edgeStates\":[{\"edgeId\":\"a-b\",\"sequenceId\":1,\"edgeDescription\":\"e\",\"released\":true,\"trajectory\":{\"degree\":1,\"knotVector\":[0,1],\"controlPoints\":[]}},"
    "{\"edgeId\":\"b-c\",\"sequenceId\":3,\"released\":false}],\"agvPosition\":{\"x\":1,\"y\":2,\"theta\":-0.5,\"mapId\":\"hall\",\"mapDescription\":\"m\",\"positionInitialized\":true,\"localizationScore\":0.9,\"deviationRange\":0.01},"
    "\"velocity\":{\"vx\":1,\"vy\":-0.1,\"omega\":0.2},\"loads\":[{\"loadId\":\"\",\"loadType\":\"box\",\"loadPosition\":\"top\",\"boundingBoxReference\":{\"x\":0,\"y\":0,\"z\":1,\"theta\":0.1},\"loadDimensions\":{\"length\":1,\"width\":0.8,\"height\":0.5},\"weight\":12.5},{}],"
    "\"actionStates\":[{\"actionId\":\"p1\",\"actionType\":\"pick\",\"actionDescription\":\"d\",\"actionStatus\":\"INITIALIZING\",\"resultDescription\":\"r\"}],"
    "\"batteryState\":{\"batteryCharge\":87.654321,\"batteryVoltage\":48.1,\"batteryHealth\":99,\"charging\":false,\"reach\":1200},"
    "\"errors\":[{\"errorType\":\"validationError\",\"errorReferences\":[{\"referenceKey\":\"orderId\",\"referenceValue\":\"o1\"}],\"errorDescription\":\"x\",\"errorHint\":\"mend it\",\"errorLevel\":\"WARNING\"}],"
    "\"information\":[{\"infoType\":\"i\",\"infoReferences\":[{\"referenceKey\":\"a\",\"referenceValue\":\"b\"}],\"infoDescription\":\"d\",\"infoLevel\":\"DEBUG\"}],\"safetyState\":{\"eStop\":\"AUTOACK\",\"fieldViolation\":false}}";

static const char vda_good_actions[] = "{" VDA_HEAD ",\"actions\":[{\"actionType\":\"cancelOrder\",\"actionId\":\"i1\",\"blockingType\":\"HARD\",\"actionParameters\":[{\"key\":\"k\",\"value\":[]}]}]}";
static const char vda_good_visual[] = "{" VDA_HEAD ",\"agvPosition\":{\"x\":1.000001,\"y\":-2,\"theta\":0,\"mapId\":\"hall\",\"positionInitialized\":false},\"velocity\":{}}";
static const char vda_good_connection[] = "{" VDA_HEAD ",\"connectionState\":\"CONNECTIONBROKEN\"}";
static const char vda_good_factsheet[] =
    "{" VDA_HEAD ",\"typeSpecification\":{\"seriesName\":\"S\",\"seriesDescription\":\"d\",\"agvKinematic\":\"DIFF\",\"agvClass\":\"CARRIER\",\"maxLoadMass\":100,\"localizationTypes\":[\"NATURAL\",\"GRID\"],\"navigationTypes\":[\"AUTONOMOUS\"]},"
    "\"physicalParameters\":{\"speedMin\":0.01,\"speedMax\":2,\"accelerationMax\":1,\"decelerationMax\":1.5,\"heightMin\":1,\"heightMax\":1.8,\"width\":0.6,\"length\":0.7},"
    "\"protocolLimits\":{\"maxStringLens\":{\"msgLen\":65536,\"idNumericalOnly\":false},\"maxArrayLens\":{\"order.nodes\":64,\"state.errors\":8},\"timing\":{\"minOrderInterval\":0.1,\"minStateInterval\":0.1,\"defaultStateInterval\":30,\"visualizationInterval\":1}},"
    "\"protocolFeatures\":{\"optionalParameters\":[{\"parameter\":\"order.nodes.nodePosition\",\"support\":\"REQUIRED\",\"description\":\"d\"}],\"agvActions\":[{\"actionType\":\"pick\",\"actionDescription\":\"d\",\"actionScopes\":[\"NODE\",\"INSTANT\"],"
    "\"actionParameters\":[{\"key\":\"k\",\"valueDataType\":\"STRING\",\"description\":\"d\",\"isOptional\":true}],\"resultDescription\":\"r\",\"blockingTypes\":[\"HARD\"]},{\"actionType\":\"x\",\"actionScopes\":[]}]},"
    "\"agvGeometry\":{\"wheelDefinitions\":[{\"type\":\"DRIVE\",\"isActiveDriven\":true,\"isActiveSteered\":false,\"position\":{\"x\":0,\"y\":0.2},\"diameter\":0.1,\"width\":0.03,\"centerDisplacement\":0,\"constraints\":\"c\"}],"
    "\"envelopes2d\":[{\"set\":\"s\",\"polygonPoints\":[{\"x\":0,\"y\":0},{\"x\":1,\"y\":0}],\"description\":\"d\"}],\"envelopes3d\":[{\"set\":\"s\",\"format\":\"DXF\",\"data\":{\"a\":1},\"url\":\"u\",\"description\":\"d\"}]},"
    "\"loadSpecification\":{\"loadPositions\":[\"top\"],\"loadSets\":[{\"setName\":\"n\",\"loadType\":\"box\",\"loadPositions\":[\"top\",\"front\"],\"boundingBoxReference\":{\"x\":0,\"y\":0,\"z\":0},\"loadDimensions\":{\"length\":1,\"width\":1},\"maxWeight\":10,\"pickTime\":3,\"description\":\"d\"}]},"
    "\"vehicleConfig\":{\"versions\":[{\"key\":\"fw\",\"value\":\"1\"}],\"network\":{\"dnsServers\":[\"10.0.0.1\"],\"ntpServers\":[],\"localIpAddress\":\"10.0.0.9\",\"netmask\":\"255.0.0.0\",\"defaultGateway\":\"10.0.0.1\"}}}";

static const struct vda_sample { int32_t kind; const char *text; } vda_sample[C12_VDA_KINDS] = {
    { C12_VDA_ORDER, vda_good_order }, { C12_VDA_INSTANT_ACTIONS, vda_good_actions }, { C12_VDA_STATE, vda_good_state },
    { C12_VDA_VISUALIZATION, vda_good_visual }, { C12_VDA_CONNECTION, vda_good_connection }, { C12_VDA_FACTSHEET, vda_good_factsheet },
};

static inline c12_view vda_text(const char *s)
{
    c12_view v = { (const uint8_t *)s, strlen(s) };
    return v;
}

static inline int vda_is(c12_view v, const char *s) { return v.size == strlen(s) && !memcmp(v.ptr, s, v.size); }

/* Room that is large enough for all of the above. */
static _Alignas(8) uint8_t vda_room[3][1 << 17];
static inline c12_mem vda_mem(int k)
{
    c12_mem m = { vda_room[k], sizeof vda_room[k] };
    return m;
}

#endif

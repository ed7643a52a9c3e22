"""Decides what a client may do here: come in, leave a will, hear a topic. Pure; the connection acts on it."""

from gateway.mqtt.packets import V5, V311, Connect
from gateway.mqtt.properties import Property, Reason, Value
from gateway.mqtt.topics import is_filter, is_own_down, is_shared, own_leaf

RECEIVE_MAXIMUM = 1_000
"""How many messages a hub may have unacknowledged: as many as one commit takes."""

MAX_CLIENT_ID_LENGTH = 128
MAX_FILTERS = 16
LONGEST_KEEP_ALIVE_S = 300

RETURN_CODES = {
    Reason.UNSUPPORTED_VERSION: 1,
    Reason.CLIENT_ID_INVALID: 2,
    Reason.UNAVAILABLE: 3,
    Reason.BAD_CREDENTIALS: 4,
    Reason.NOT_AUTHORIZED: 5,
    Reason.QOS_NOT_SUPPORTED: 5,
}
"""CONNACK of MQTT 3.1.1, section 3.2.2.3; a refusal it has no code for only closes the connection."""


def objection(packet: Connect, hub: str) -> Reason | None:
    """Return why a hub with the right password may still not come in as it asks to, or None."""
    if len(packet.client_id) > MAX_CLIENT_ID_LENGTH or not packet.client_id.isprintable():
        return Reason.CLIENT_ID_INVALID
    if not packet.client_id and packet.protocol == V311 and not packet.clean_start:
        return Reason.CLIENT_ID_INVALID
    if packet.will is not None:
        if own_leaf(hub, packet.will.topic) != "state":
            return Reason.NOT_AUTHORIZED
        if packet.will.qos > 1:
            return Reason.QOS_NOT_SUPPORTED
    return None


def keep_alive_s(packet: Connect) -> int:
    """Return after how many silent seconds a ping is owed; 0 means never, which only 3.1.1 may ask for."""
    if packet.protocol == V5 and not 0 < packet.keep_alive_s <= LONGEST_KEEP_ALIVE_S:
        return LONGEST_KEEP_ALIVE_S
    return packet.keep_alive_s


def terms(packet: Connect, client_id: str, max_packet_bytes: int) -> dict[int, Value]:
    """Return what CONNACK tells an MQTT 5 client about this endpoint; 3.1.1 can be told nothing."""
    if packet.protocol != V5:
        return {}
    properties: dict[int, Value] = {
        Property.RECEIVE_MAXIMUM: RECEIVE_MAXIMUM,
        Property.MAXIMUM_QOS: 1,
        Property.MAXIMUM_PACKET_SIZE: max_packet_bytes,
        Property.SUBSCRIPTION_IDS_AVAILABLE: 0,
        Property.SHARED_AVAILABLE: 0,
    }
    if packet.properties.get(Property.SESSION_EXPIRY_S):
        properties[Property.SESSION_EXPIRY_S] = 0  # the hub itself keeps what down/ack has not covered
    if not packet.client_id:
        properties[Property.ASSIGNED_CLIENT_ID] = client_id
    if keep_alive_s(packet) != packet.keep_alive_s:
        properties[Property.SERVER_KEEP_ALIVE_S] = keep_alive_s(packet)
    return properties


def filter_objection(hub: str, wanted: str, present: int) -> Reason | None:
    """Return why a hub may not have a subscription, or None; `present` counts those it has."""
    if is_shared(wanted):
        return Reason.SHARED_NOT_SUPPORTED
    if not is_filter(wanted):
        return Reason.FILTER_INVALID
    if not is_own_down(hub, wanted) or present >= MAX_FILTERS:
        return Reason.NOT_AUTHORIZED
    return None

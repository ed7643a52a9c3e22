"""The language hubs speak: MQTT 5 and 3.1.1 as values and bytes. Nothing here opens a socket."""

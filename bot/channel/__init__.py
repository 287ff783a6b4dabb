"""Teams on the wire: who is calling, what was said, what is sent back. The only room that knows the channel's SDKs.

Whoever ports the bot to the SDK's successor rewrites this room and nothing else.
"""

"""Lines: SIP, tones, numbers. Knows nothing of dialogs.

`telephony.line` says what a line is; `telephony.sip` dials one; `telephony.numbers` reads and judges phones;
`telephony.tones` hears what is no speech; `telephony.recording` writes down both directions.
"""

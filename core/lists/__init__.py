"""Lists of other services: what people watched and scored elsewhere, read and written.

Pure functions from bytes to `ForeignList` and back, but for `ask_anilist`.
"""

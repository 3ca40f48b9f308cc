"""Asking MyAnimeList, through Jikan, what is new; what it said is kept, cleaned and published."""

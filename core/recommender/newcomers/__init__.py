"""Titles that the network does not know: placed among those it knows by what they are like."""

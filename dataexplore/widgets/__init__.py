"""Widgets: what a page draws of our objects; data goes in, events come out, no request is made here."""

from __future__ import annotations

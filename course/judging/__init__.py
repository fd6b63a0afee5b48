"""Judging an answer: cases asked, values compared, causes named, a verdict given. Knows no exercise of its own."""

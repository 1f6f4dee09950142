"""The fonts of labels and letters are those of all our paper."""

from kizuna.printing.fonts import LabelFont, NoFontError, find_font

__all__ = ["LabelFont", "NoFontError", "find_font"]

"""Copy this as conftest.py beside xlwings' own tests to run them against LibreOffice (docs/hosts.md)."""

from kizuna_addin.hosts import libreoffice

libreoffice.register()

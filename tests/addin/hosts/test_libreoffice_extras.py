"""What LibreOffice reads past is put back into the package it wrote, without a program."""

import zipfile
from xml.etree import ElementTree as ET

import pytest

from kizuna_addin.hosts.libreoffice.extras import Extras, TableLook, read, write
from kizuna_addin.hosts.libreoffice.repack import repack

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TABLE = f'<table xmlns="{MAIN}" id="1" name="t" displayName="t"><tableStyleInfo name="old"/></table>'
BOOK = f'<workbook xmlns="{MAIN}"><sheets><sheet name="a" state="hidden"/><sheet name="b"/></sheets></workbook>'


@pytest.fixture
def package(tmp_path):
    path = tmp_path / "book.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("xl/workbook.xml", BOOK)
        made.writestr("xl/tables/table1.xml", TABLE)
        made.writestr("xl/other.bin", b"\0" * 100_000)
    return path


def test_a_style_named_to_break_the_file_comes_back_as_it_was_named(package):
    name = 'a" onload="<&'

    write(package, Extras({"a"}, {"t": TableLook(style=name)}))

    found = read(package)
    assert found.look("t").style == name
    assert found.very_hidden == {"a"}
    with zipfile.ZipFile(package) as made:
        assert made.testzip() is None
        assert ET.fromstring(made.read("xl/tables/table1.xml")).find(f"{{{MAIN}}}tableStyleInfo").get("name") == name


def test_a_package_that_cannot_be_repacked_stays_as_it_was_and_alone(package):
    before = package.read_bytes()
    with pytest.raises(TypeError):
        repack(package, {"xl/workbook.xml": None, "xl/tables/table1.xml": object()})

    assert package.read_bytes() == before
    assert [one.name for one in package.parent.iterdir()] == ["book.xlsx"]


def test_a_repacked_package_may_be_read_by_no_more_people_than_before(package):
    package.chmod(0o600)

    repack(package, {"xl/tables/table1.xml": b"<table/>"})

    assert package.stat().st_mode & 0o777 == 0o600

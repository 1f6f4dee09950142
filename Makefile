# Short names for what people run while they work; ./test is the command that checks everything.
.PHONY: test check demo docs workbooks

PYTHON = $(if $(VIRTUAL_ENV),$(VIRTUAL_ENV),.venv)/bin/python

test:  ## everything, as CI does
	./test

check:  ## style, types and import rules only
	./test --static

demo:  ## the whole product at work, in a folder of its own
	$(dir $(PYTHON))kizuna demo

docs:  ## write again the pages that come from the code
	$(PYTHON) docs/generate.py

workbooks:  ## build the template workbooks again from the plugins' sheets
	$(PYTHON) -m kizuna_workbooks workbooks/kizuna.xlsx ja
	$(PYTHON) -m kizuna_workbooks workbooks/kizuna-en.xlsx en

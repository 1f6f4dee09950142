# Short names for what people run while they work; ./test is the command that checks everything.
.PHONY: test check demo docs

PYTHON = $(if $(VIRTUAL_ENV),$(VIRTUAL_ENV),.venv)/bin/python

test:  ## everything, as CI does
	./test

check:  ## style, types and import rules only
	./test --static

demo:  ## the whole product at work, in a folder of its own
	$(dir $(PYTHON))kizuna demo

docs:  ## write again the pages that come from the code
	$(PYTHON) docs/generate.py

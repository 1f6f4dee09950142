"""What is packed into the extension and runs inside LibreOffice; nothing here is imported by the add-in."""

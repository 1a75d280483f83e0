"""Images for boards, and running them: in an emulator here, over a serial line later."""

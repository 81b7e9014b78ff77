"""The inner-loop player: Python checks and sends, the browser draws and follows edits."""

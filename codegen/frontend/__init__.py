"""The front end: .tflite bytes to a proven `Graph`, and back."""

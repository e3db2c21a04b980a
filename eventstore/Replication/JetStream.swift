internal import CNats

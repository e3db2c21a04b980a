internal import COpenSSL
struct A { func f() -> Int { var c = SHA256_CTX(); return Int(unsafe SHA256_Init(&c)) } }

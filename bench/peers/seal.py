# SPDX-License-Identifier: Apache-2.0
"""The same primitives in the package cryptography (OpenSSL) and hashlib, beside `c12 bench seal`."""
import hashlib, os, time

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


def median(task, times, passes=5):
    took = []
    for _ in range(passes):
        t = time.thread_time()
        for _ in range(times):
            task()
        took.append((time.thread_time() - t) / times)
    return sorted(took)[passes // 2]


def main():
    box, key = AESGCM(os.urandom(32)), ec.generate_private_key(ec.SECP256R1())
    print("what,us,mb_s")
    for name, n, times in (("1 KiB", 1024, 4000), ("64 KiB", 65536, 300), ("1 MiB", 1 << 20, 20)):
        data, nonce = os.urandom(n), os.urandom(12)
        sealed = box.encrypt(nonce, data, b"")
        for what, task in (("seal", lambda: box.encrypt(nonce, data, b"")), ("open", lambda: box.decrypt(nonce, sealed, b""))):
            s = median(task, times)
            print(f'"AES-256-GCM {what}, {name}",{s * 1e6:.2f},{n / s / 1e6:.0f}')
    mark = key.sign(b"x", ec.ECDSA(hashes.SHA256()))
    rows = (("SHA-256, 1 MiB", lambda: hashlib.sha256(bytes(1 << 20)).digest(), 10), ("sign", lambda: key.sign(b"x", ec.ECDSA(hashes.SHA256())), 40),
            ("verify", lambda: key.public_key().verify(mark, b"x", ec.ECDSA(hashes.SHA256())), 40),
            ("password, 600000 iterations", lambda: hashlib.pbkdf2_hmac("sha256", b"correct horse", b"sixteen of bytes", 600000), 1))
    for name, task, times in rows:
        print(f'"{name}",{median(task, times) * 1e6:.2f},')


if __name__ == "__main__":
    main()

// SPDX-License-Identifier: Apache-2.0

package c12

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// What needs cryptography is tried where it is; where it is not, everything says so.
func sealed(t *testing.T) bool {
	if SealLibrary() != "" {
		return true
	}
	_, err := KeyID(make([]byte, 32))
	if !errors.Is(err, ErrUnsupported) || !strings.Contains(err.Error(), "mbedTLS") {
		t.Fatal("without mbedTLS: ", err)
	}
	return false
}

func refused(t *testing.T, err error, rule string) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) || !errors.Is(err, ErrRefused) || e.What != rule {
		t.Fatalf("%v in place of %q", err, rule)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

var sealKey = []byte("thirty-two bytes make a good key")

func TestSealBox(t *testing.T) {
	if !sealed(t) {
		return
	}
	box, other := must(NewBox(sealKey)), must(NewBox(make([]byte, 32)))
	a, b := must(box.Seal([]byte("legs"), "x")), must(box.Seal([]byte("legs"), "x"))
	if bytes.Equal(a, b) || string(must(box.Open(a, "x"))) != "legs" || len(must(box.Open(must(box.Seal(nil, "")), ""))) != 0 {
		t.Fatal("envelopes")
	}
	_, err := box.Open(a, "y")
	refused(t, err, "bytes are not what was sealed with this key")
	_, err = other.Open(a, "x")
	refused(t, err, "envelope wants another key")
	if _, err = NewBox(sealKey[:31]); !errors.Is(err, ErrArg) {
		t.Fatal(err)
	}
}

func TestSealSignatures(t *testing.T) {
	if !sealed(t) {
		return
	}
	public, digest := must(SealPublic(sealKey)), sha256.Sum256([]byte("x"))
	mark := must(SealSign(sealKey, digest[:]))
	if err := SealVerify(public, digest[:], mark); err != nil {
		t.Fatal(err)
	}
	digest[0] ^= 1
	refused(t, SealVerify(public, digest[:], mark), "signature is not the key's")
	if err := SealVerify(public, digest[:31], mark); !errors.Is(err, ErrArg) {
		t.Fatal(err)
	}
}

func TestSealSecrets(t *testing.T) {
	if !sealed(t) {
		return
	}
	line := must(PasswordHash("correct horse"))
	if weak := must(PasswordCheck("correct horse", line)); weak {
		t.Fatal("weak")
	}
	_, err := PasswordCheck("battery", line)
	refused(t, err, "password is wrong")
	codes := &Codes{Secret: []byte("12345678901234567890"), Digits: 8}
	at := time.Unix(59, 0)
	if code := must(codes.Code(at)); code != "94287082" { // RFC 6238
		t.Fatal(code)
	}
	if err := codes.Take(at, "94287082"); err != nil || codes.Next != 2 {
		t.Fatal(err, codes.Next)
	}
	refused(t, codes.Take(at, "94287082"), "code has been used")
	if codes.Failures != 1 {
		t.Fatal(codes.Failures)
	}
}

func TestSealTokens(t *testing.T) {
	if !sealed(t) {
		return
	}
	url := base64.RawURLEncoding
	part := url.EncodeToString([]byte(`{"alg":"HS256"}`)) + "." + url.EncodeToString([]byte(`{"exp":100,"iss":"plant"}`))
	mac := hmac.New(sha256.New, sealKey)
	mac.Write([]byte(part))
	token := part + "." + url.EncodeToString(mac.Sum(nil))
	rules := TokenRules{Alg: "HS256", Key: sealKey, Issuer: "plant"}
	if got := must(rules.Verify(token, time.Unix(99, 0))); got != `{"exp":100,"iss":"plant"}` {
		t.Fatal(got)
	}
	_, err := rules.Verify(token, time.Unix(100, 0))
	refused(t, err, "exp has passed")
	_, err = TokenRules{Alg: "ES256", Key: must(SealPublic(sealKey))}.Verify(token, time.Unix(99, 0))
	refused(t, err, "alg is not the configured one")
	if _, err = (TokenRules{Key: sealKey}).Verify(token, time.Unix(99, 0)); !errors.Is(err, ErrRange) {
		t.Fatal(err)
	}
}

func TestSealTrail(t *testing.T) {
	if !sealed(t) {
		return
	}
	trail := &AuditTrail{}
	for i := int64(0); i < 9; i++ {
		if err := trail.Add(i, "anna", "release", "WO-7", ""); err != nil {
			t.Fatal(err)
		}
	}
	if err := trail.Checkpoint(sealKey); err != nil {
		t.Fatal(err)
	}
	public := must(SealPublic(sealKey))
	if row, rule, err := trail.Check(public, 9); row != -1 || err != nil {
		t.Fatal(row, rule, err)
	}
	for i := range trail.Rows {
		trail.Rows[i].Who = "bo"
		if row, _, err := trail.Check(public, 0); row != int64(i) || err != nil {
			t.Fatal(row, i, err)
		}
		trail.Rows[i].Who = "anna"
		cut := &AuditTrail{Rows: trail.Rows[:i], Checkpoints: trail.Checkpoints}
		if row, rule, err := cut.Check(public, 0); row != int64(i) || rule != "rows are missing at the end" || err != nil {
			t.Fatal(row, rule, err)
		}
	}
	trail.Checkpoints[0].Signature[5] ^= 1
	if row, rule, err := trail.Check(public, 0); row != 8 || rule != "checkpoint is not signed by the key" || err != nil {
		t.Fatal(row, rule, err)
	}
}

func TestSealActs(t *testing.T) {
	digest := sha256.Sum256([]byte("WI-7, version 2"))
	desk := &Controls{Versions: []DocumentVersion{{0, 1, 100, 200, [32]byte{}}, {0, 2, 200, Forever, digest}}, Trainings: []Training{{7, 0, 2, 210, 300}, {8, 0, 1, 0, Forever}}}
	act := &Act{When: 250, Person: 7, Version: 2, Meaning: MeansApproved, Who: "Anna Ruiz", Why: "within limits", Digest: digest}
	if row, err := desk.MaySign(act); row != 0 || err != nil { // needs no library
		t.Fatal(row, err)
	}
	act.Person = 8
	_, err := desk.MaySign(act)
	refused(t, err, "person is not trained on this version")
	act.Person = 7
	if !sealed(t) {
		return
	}
	line, public := must(PasswordHash("secret")), must(SealPublic(sealKey))
	mark := must(desk.Sign(act, "secret", line, sealKey))
	if err := act.Check(public, mark); err != nil {
		t.Fatal(err)
	}
	act.Why = "within limit"
	refused(t, act.Check(public, mark), "signature is not the key's")
	_, err = desk.Sign(act, "Secret", line, sealKey)
	refused(t, err, "password is wrong")
}

func TestSealedTelemetry(t *testing.T) {
	dir := t.TempDir()
	lines, path := filepath.Join(dir, "in"), filepath.Join(dir, "f.c12t")
	if err := os.WriteFile(lines, []byte(`{"robot_id":"G1-001","timestamp":"2025-10-24T14:32:00.000Z","secret_word":"lighthouse"}`+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	n, err := PackSealedTelemetry(lines, path, sealKey)
	if !sealed(t) {
		if !errors.Is(err, ErrUnsupported) {
			t.Fatal(err)
		}
		return
	}
	if n != 1 || err != nil || bytes.Contains(must(os.ReadFile(path)), []byte("lighthouse")) {
		t.Fatal(n, err)
	}
	f := must(OpenSealedTelemetry(path, sealKey))
	defer f.Close()
	if err := f.Verify(); err != nil || len(f.Robots) != 1 {
		t.Fatal(err)
	}
	_, err = OpenTelemetry(path)
	refused(t, err, "file is sealed and no key was given")
	_, err = OpenSealedTelemetry(path, make([]byte, 32))
	refused(t, err, "file is sealed with another key")
}

// SPDX-License-Identifier: Apache-2.0

package c12

/*
#include <stdlib.h>
#include "c12/seal.h"
#include "c12/ts.h"
*/
import "C"

import (
	"crypto/rand"
	"errors"
	"fmt"
	"runtime"
	"time"
	"unsafe"
)

// A refusal - wrong key, forged bytes, wrong password, a token or person that may not pass - is ErrRefused with the rule in Error.What.  Build with the
// tag mbedtls; without it everything here is ErrUnsupported.

// SealLibrary is "mbed TLS 2.28.3" and so on, "" when built without.
func SealLibrary() string {
	if name := C.c12_seal_library(); name != nil {
		return C.GoString(name)
	}
	return ""
}

func view(pin *runtime.Pinner, b []byte) C.c12_view {
	if len(b) == 0 {
		return C.c12_view{}
	}
	return C.c12_view{ptr: (*C.uint8_t)(column(pin, b)), size: C.size_t(len(b))}
}

func room(pin *runtime.Pinner, b []byte) C.c12_mem {
	return C.c12_mem{ptr: column(pin, b), size: C.size_t(len(b))}
}

func octets(pin *runtime.Pinner, b []byte) *C.uint8_t { return (*C.uint8_t)(column(pin, b)) }

// noise is what callers of C bring along as entropy.
func noise(n int) []byte {
	b := make([]byte, n)
	if _, err := rand.Read(b); err != nil {
		panic(err) // the system's source never fails
	}
	return b
}

// sized refuses bytes that C would read past.
func sized(name string, b []byte, want int) error {
	if len(b) == want {
		return nil
	}
	return &Error{Status: ErrArg, What: fmt.Sprintf("%d bytes are wanted", want), Field: name, Row: -1, Value: int64(len(b))}
}

// KeyID is the key's name in errors and files.
func KeyID(key []byte) (string, error) {
	var pin runtime.Pinner
	var id C.uint64_t
	err := call(&pin, func(err *C.c12_error) C.c12_status { return C.c12_seal_key_id(view(&pin, key), &id, err) })
	return fmt.Sprintf("%016x", uint64(id)), err
}

// Box seals envelopes under one key of 32 bytes, each with a nonce of its own.  It belongs to one goroutine at a time and must not be copied.
type Box struct {
	key   []byte
	epoch *C.c12_seal_epoch
}

// NewBox draws a fresh epoch of nonces.
func NewBox(key []byte) (*Box, error) {
	var pin runtime.Pinner
	b := &Box{key: append([]byte(nil), key...), epoch: &C.c12_seal_epoch{}}
	if _, err := KeyID(key); err != nil {
		return nil, err
	}
	pin.Pin(b.epoch)
	err := call(&pin, func(err *C.c12_error) C.c12_status { return C.c12_seal_epoch_init(b.epoch, view(&pin, noise(8)), err) })
	return b, err
}

// Seal makes an envelope; label is what it belongs to and must be the same when it is opened.
func (b *Box) Seal(plain []byte, label string) ([]byte, error) {
	var pin runtime.Pinner
	var used C.size_t
	out := make([]byte, len(plain)+C.C12_SEAL_ENVELOPE)
	pin.Pin(b.epoch)
	err := call(&pin, func(err *C.c12_error) C.c12_status {
		return C.c12_seal_encrypt(view(&pin, b.key), b.epoch, view(&pin, []byte(label)), view(&pin, plain), room(&pin, out), &used, err)
	})
	return out[:used], err
}

// Open gives back what was sealed.
func (b *Box) Open(envelope []byte, label string) ([]byte, error) {
	var pin runtime.Pinner
	var used C.size_t
	out := make([]byte, len(envelope)+1)
	err := call(&pin, func(err *C.c12_error) C.c12_status {
		return C.c12_seal_decrypt(view(&pin, b.key), view(&pin, []byte(label)), view(&pin, envelope), room(&pin, out), &used, err)
	})
	return out[:used], err
}

// Talker seals a sender's frames, CBOR items such as those of Sender.  It belongs to one goroutine at a time and must not be copied.
type Talker struct{ c *C.c12_seal_talker }

// NewTalker begins a session of the sender of that name; epoch rises with every one, 0 = the clock's nanoseconds.  tag: 12 or 16 bytes, 0 = 12.
func NewTalker(key []byte, name string, epoch uint64, tag int) (*Talker, error) {
	var pin runtime.Pinner
	t := &Talker{c: &C.c12_seal_talker{}}
	if epoch == 0 {
		epoch = uint64(time.Now().UnixNano())
	}
	pin.Pin(t.c)
	err := call(&pin, func(err *C.c12_error) C.c12_status {
		return C.c12_seal_link_talk(t.c, view(&pin, key), view(&pin, []byte(name)), C.uint64_t(epoch), view(&pin, noise(8)), C.int32_t(tag), err)
	})
	return t, err
}

// Close seals each of the frames by itself.
func (t *Talker) Close(frames []byte) ([]byte, error) {
	var pin runtime.Pinner
	var used C.size_t
	out := make([]byte, len(frames)+64*C.C12_SEAL_LINK)
	pin.Pin(t.c)
	seal := func() error {
		return call(&pin, func(err *C.c12_error) C.c12_status {
			return C.c12_seal_link_close(t.c, view(&pin, frames), room(&pin, out), &used, err)
		})
	}
	err := seal()
	var e *Error
	if errors.As(err, &e) && e.Status == ErrSpace {
		out = make([]byte, e.Value)
		pin.Pin(t.c)
		err = seal()
	}
	return out[:used], err
}

// Hearer opens a sender's sealed frames, each once.
type Hearer struct{ c *C.c12_seal_hearer }

// NewHearer hears the sender of that name; sessions of an epoch below least are refused.
func NewHearer(key []byte, name string, least uint64, tag int) (*Hearer, error) {
	var pin runtime.Pinner
	h := &Hearer{c: &C.c12_seal_hearer{}}
	pin.Pin(h.c)
	err := call(&pin, func(err *C.c12_error) C.c12_status {
		return C.c12_seal_link_hear(h.c, view(&pin, key), view(&pin, []byte(name)), C.uint64_t(least), C.int32_t(tag), err)
	})
	return h, err
}

// Epoch is the running session's: the least one to hear after a restart.
func (h *Hearer) Epoch() uint64 { return uint64(h.c.epoch) }

// Open gives back the frames before the first that is refused.  Nothing that is not sealed passes.
func (h *Hearer) Open(frames []byte) ([]byte, error) {
	var pin runtime.Pinner
	var used, read C.size_t
	out := make([]byte, len(frames)+1)
	pin.Pin(h.c)
	err := call(&pin, func(err *C.c12_error) C.c12_status {
		return C.c12_seal_link_open(h.c, view(&pin, frames), room(&pin, out), &used, &read, err)
	})
	return out[:used], err
}

// SealPublic is the public key, 65 bytes, of a private one of 32.
func SealPublic(key []byte) ([]byte, error) {
	var pin runtime.Pinner
	out := make([]byte, C.C12_SEAL_PUBLIC)
	err := call(&pin, func(err *C.c12_error) C.c12_status { return C.c12_seal_public(view(&pin, key), octets(&pin, out), err) })
	return out, err
}

// SealSign is ECDSA over P-256 of a SHA-256 digest, 64 bytes.
func SealSign(key, digest []byte) ([]byte, error) {
	var pin runtime.Pinner
	out := make([]byte, C.C12_SEAL_SIGNATURE)
	if err := sized("digest", digest, C.C12_SEAL_HASH); err != nil {
		return nil, err
	}
	err := call(&pin, func(err *C.c12_error) C.c12_status {
		return C.c12_seal_sign(view(&pin, key), octets(&pin, digest), view(&pin, noise(32)), octets(&pin, out), err)
	})
	return out, err
}

// SealVerify fails with ErrRefused when it is not the public key's signature.
func SealVerify(public, digest, signature []byte) error {
	var pin runtime.Pinner
	if err := sized("digest", digest, C.C12_SEAL_HASH); err != nil {
		return err
	}
	return call(&pin, func(err *C.c12_error) C.c12_status {
		return C.c12_seal_verify(view(&pin, public), octets(&pin, digest), view(&pin, signature), err)
	})
}

// PasswordHash is the line to store of a password.
func PasswordHash(password string) (string, error) {
	var pin runtime.Pinner
	var used C.size_t
	out := make([]byte, 160)
	err := call(&pin, func(err *C.c12_error) C.c12_status {
		return C.c12_seal_password_hash(view(&pin, []byte(password)), view(&pin, noise(16)), 0, room(&pin, out), &used, err)
	})
	return string(out[:used]), err
}

// PasswordCheck fails with ErrRefused when it is another password; weak: the line should be made anew.
func PasswordCheck(password, line string) (weak bool, err error) {
	var pin runtime.Pinner
	var w C.int32_t
	err = call(&pin, func(err *C.c12_error) C.c12_status {
		return C.c12_seal_password_check(view(&pin, []byte(password)), view(&pin, []byte(line)), &w, err)
	})
	return w != 0, err
}

// Codes are one person's one-time codes (RFC 6238); store Next and Failures between calls.
type Codes struct {
	Secret         []byte
	Hash           int32 // 0 SHA-1, 1 SHA-256, 2 SHA-512
	Digits, Window int32 // 0 digits: 6
	Next           int64 // first step whose code has not been used
	Failures       int32
}

func (c *Codes) options(pin *runtime.Pinner) C.c12_seal_totp {
	return C.c12_seal_totp{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_seal_totp{})), hash: C.int32_t(c.Hash), digits: C.int32_t(c.Digits),
		window: C.int32_t(c.Window), secret: view(pin, c.Secret)}
}

// Code of a moment.
func (c *Codes) Code(at time.Time) (string, error) {
	var pin runtime.Pinner
	out := make([]byte, 8)
	o := c.options(&pin)
	err := call(&pin, func(err *C.c12_error) C.c12_status {
		return C.c12_seal_totp_code(&o, C.c12_ns(at.UnixNano()), octets(&pin, out), err)
	})
	n := int(c.Digits)
	if n == 0 {
		n = 6
	}
	return string(out[:min(n, len(out))]), err
}

// Take a code, once; ErrRefused when it is wrong, used, or there were too many tries.
func (c *Codes) Take(at time.Time, code string) error {
	var pin runtime.Pinner
	o := c.options(&pin)
	st := C.c12_seal_totp_state{next: C.int64_t(c.Next), failures: C.int32_t(c.Failures)}
	err := call(&pin, func(err *C.c12_error) C.c12_status {
		return C.c12_seal_totp_check(&o, &st, C.c12_ns(at.UnixNano()), view(&pin, []byte(code)), err)
	})
	c.Next, c.Failures = int64(st.next), int32(st.failures)
	return err
}

// TokenRules say what a web token must be like; Alg is HS256 or ES256.
type TokenRules struct {
	Alg              string
	Key              []byte // shared, or public
	Issuer, Audience string
	Leeway           time.Duration
}

// Verify gives the claims, JSON, of a token that passes.
func (r TokenRules) Verify(token string, now time.Time) (string, error) {
	var pin runtime.Pinner
	o := C.c12_seal_jwt{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_seal_jwt{})), now: C.c12_ns(now.UnixNano()), leeway: C.int64_t(r.Leeway / time.Second),
		key: view(&pin, r.Key), issuer: view(&pin, []byte(r.Issuer)), audience: view(&pin, []byte(r.Audience))}
	switch r.Alg {
	case "HS256":
		o.alg = C.C12_SEAL_HS256
	case "ES256":
		o.alg = C.C12_SEAL_ES256
	}
	claims := &C.c12_seal_claims{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_seal_claims{}))}
	pin.Pin(claims)
	scratch := make([]byte, len(token)+1)
	var out string
	err := call(&pin, func(err *C.c12_error) C.c12_status {
		s := C.c12_seal_jwt_verify(&o, view(&pin, []byte(token)), room(&pin, scratch), claims, err)
		if s == C.C12_OK {
			out = string(scratch[:claims.payload.size]) // where the claims begin
		}
		return s
	})
	return out, err
}

// AuditRow is a row of an audit trail.
type AuditRow struct {
	Time                        int64 // ns since 1970
	Who, Action, Object, Detail string
	Hash                        [32]byte
}

// Checkpoint vouches for the first Count rows.
type Checkpoint struct {
	Count     int64
	Head      [32]byte
	Signature [64]byte
}

// AuditTrail is an audit trail, whose rows hang on one another.
type AuditTrail struct {
	Rows        []AuditRow
	Checkpoints []Checkpoint
}

// Add hangs a row on the last one.
func (t *AuditTrail) Add(at int64, who, action, object, detail string) error {
	var pin runtime.Pinner
	row := AuditRow{Time: at, Who: who, Action: action, Object: object, Detail: detail}
	texts := make([]C.c12_view, 4)
	for k, s := range []string{who, action, object, detail} {
		texts[k] = view(&pin, []byte(s))
	}
	var before *C.uint8_t
	if n := len(t.Rows); n > 0 {
		before = octets(&pin, t.Rows[n-1].Hash[:])
	}
	hash := row.Hash[:]
	err := call(&pin, func(err *C.c12_error) C.c12_status {
		return C.c12_seal_audit_row(before, C.int64_t(len(t.Rows)), C.c12_ns(at), (*C.c12_view)(column(&pin, texts)), octets(&pin, hash), err)
	})
	if err == nil {
		t.Rows = append(t.Rows, row)
	}
	return err
}

// Checkpoint signs how far the trail has come; keep it where the trail's keeper cannot change it.
func (t *AuditTrail) Checkpoint(key []byte) error {
	var pin runtime.Pinner
	c := &Checkpoint{Count: int64(len(t.Rows))}
	if c.Count > 0 {
		c.Head = t.Rows[c.Count-1].Hash
	}
	pin.Pin(c)
	err := call(&pin, func(err *C.c12_error) C.c12_status {
		return C.c12_seal_checkpoint(view(&pin, key), C.int64_t(c.Count), octets(&pin, c.Head[:]), view(&pin, noise(32)), octets(&pin, c.Signature[:]), err)
	})
	if err == nil {
		t.Checkpoints = append(t.Checkpoints, *c)
	}
	return err
}

// Check gives the number of the first wrong row and the rule it breaks, -1 when all is as it was written.  public may be nil; least is how many rows
// there must at least be, 0 when nobody has remembered.
func (t *AuditTrail) Check(public []byte, least int64) (row int64, rule string, err error) {
	var pin runtime.Pinner
	n, m := len(t.Rows), len(t.Checkpoints)
	at, off, count := make([]int64, n), make([]int64, 4*n+1), make([]int64, m)
	var text, hash, head, mark []byte
	for i, r := range t.Rows {
		at[i] = r.Time
		hash = append(hash, r.Hash[:]...)
		for k, s := range []string{r.Who, r.Action, r.Object, r.Detail} {
			text = append(text, s...)
			off[4*i+k+1] = int64(len(text))
		}
	}
	for k, c := range t.Checkpoints {
		count[k] = c.Count
		head, mark = append(head, c.Head[:]...), append(mark, c.Signature[:]...)
	}
	trail := C.c12_seal_trail{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_seal_trail{})), n: C.int64_t(n), n_checkpoints: C.int32_t(m), least: C.int64_t(least),
		time: (*C.c12_ns)(column(&pin, at)), text_off: (*C.int64_t)(column(&pin, off)), text: octets(&pin, text), hash: octets(&pin, hash),
		check_count: (*C.int64_t)(column(&pin, count)), check_head: octets(&pin, head), check_sign: octets(&pin, mark), key: view(&pin, public)}
	verdict := C.c12_verdict{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_verdict{}))}
	err = call(&pin, func(err *C.c12_error) C.c12_status { return C.c12_seal_audit_check(&trail, &verdict, err) })
	if verdict.violations == 0 {
		return -1, "", err
	}
	return int64(verdict.row), C.GoString(verdict.rule), err
}

// Meanings of a signature.
const (
	MeansAuthored int32 = C.C12_SEAL_AUTHORED
	MeansReviewed int32 = C.C12_SEAL_REVIEWED
	MeansApproved int32 = C.C12_SEAL_APPROVED
	MeansReleased int32 = C.C12_SEAL_RELEASED
	MeansRejected int32 = C.C12_SEAL_REJECTED
)

// Forever is a version that still holds, or a training that does not run out.
const Forever int64 = 1<<63 - 1

// DocumentVersion holds from Effective until Superseded, ns.
type DocumentVersion struct {
	Document, Version     int32
	Effective, Superseded int64
	Digest                [32]byte
}

// Training that a person has passed.
type Training struct {
	Person, Document, Version int32
	On, Until                 int64
}

// Controls say which versions hold, by document and version, and who is trained on them.
type Controls struct {
	Versions  []DocumentVersion
	Trainings []Training
}

// Act is one act of signing.
type Act struct {
	When                               int64 // ns since 1970
	Person, Document, Version, Meaning int32
	Who, Why                           string
	Digest                             [32]byte
}

func (a *Act) c(pin *runtime.Pinner) *C.c12_seal_act {
	out := &C.c12_seal_act{when: C.c12_ns(a.When), person: C.int32_t(a.Person), document: C.int32_t(a.Document), version: C.int32_t(a.Version),
		meaning: C.int32_t(a.Meaning), who: view(pin, []byte(a.Who)), why: view(pin, []byte(a.Why))}
	for k, b := range a.Digest {
		out.digest[k] = C.uint8_t(b)
	}
	pin.Pin(out)
	return out
}

func (c *Controls) c(pin *runtime.Pinner) *C.c12_seal_controls {
	n, m := len(c.Versions), len(c.Trainings)
	doc, ver, eff, sup, digest := make([]int32, n), make([]int32, n), make([]int64, n), make([]int64, n), make([]byte, 0, 32*n)
	person, tdoc, tver, on, until := make([]int32, m), make([]int32, m), make([]int32, m), make([]int64, m), make([]int64, m)
	for i, v := range c.Versions {
		doc[i], ver[i], eff[i], sup[i] = v.Document, v.Version, v.Effective, v.Superseded
		digest = append(digest, v.Digest[:]...)
	}
	for i, t := range c.Trainings {
		person[i], tdoc[i], tver[i], on[i], until[i] = t.Person, t.Document, t.Version, t.On, t.Until
	}
	out := &C.c12_seal_controls{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_seal_controls{})), n_versions: C.int32_t(n), n_trainings: C.int32_t(m),
		document: (*C.int32_t)(column(pin, doc)), version: (*C.int32_t)(column(pin, ver)), effective: (*C.c12_ns)(column(pin, eff)),
		superseded: (*C.c12_ns)(column(pin, sup)), digest: octets(pin, digest), trained_person: (*C.int32_t)(column(pin, person)),
		trained_document: (*C.int32_t)(column(pin, tdoc)), trained_version: (*C.int32_t)(column(pin, tver)), trained_on: (*C.c12_ns)(column(pin, on)),
		trained_until: (*C.c12_ns)(column(pin, until))}
	pin.Pin(out)
	return out
}

// MaySign gives the row of the training that allows the act; ErrRefused names what does not.
func (c *Controls) MaySign(a *Act) (int, error) {
	var pin runtime.Pinner
	var row C.int32_t
	controls, act := c.c(&pin), a.c(&pin)
	err := call(&pin, func(err *C.c12_error) C.c12_status { return C.c12_seal_may_sign(controls, act, &row, err) })
	return int(row), err
}

// Sign gives the act's signature after the secret was entered again.
func (c *Controls) Sign(a *Act, password, line string, key []byte) ([]byte, error) {
	var pin runtime.Pinner
	out := make([]byte, C.C12_SEAL_SIGNATURE)
	controls, act := c.c(&pin), a.c(&pin)
	err := call(&pin, func(err *C.c12_error) C.c12_status {
		return C.c12_seal_act_sign(controls, act, view(&pin, []byte(password)), view(&pin, []byte(line)), view(&pin, key), view(&pin, noise(32)), nil, octets(&pin, out), err)
	})
	return out, err
}

// Check fails with ErrRefused when anything is another than it was when it was signed.
func (a *Act) Check(public, signature []byte) error {
	var pin runtime.Pinner
	act := a.c(&pin)
	return call(&pin, func(err *C.c12_error) C.c12_status {
		return C.c12_seal_act_check(act, view(&pin, public), view(&pin, signature), err)
	})
}

// PackSealedTelemetry is PackTelemetry to a file sealed with a key of 32 bytes.
func PackSealedTelemetry(lines, path string, key []byte) (int64, error) {
	var pin runtime.Pinner
	from, to := C.CString(lines), C.CString(path)
	defer C.free(unsafe.Pointer(from))
	defer C.free(unsafe.Pointer(to))
	info := C.c12io_ts_info{struct_size: C.uint32_t(unsafe.Sizeof(C.c12io_ts_info{}))}
	options := C.c12io_ts_options{struct_size: C.uint32_t(unsafe.Sizeof(C.c12io_ts_options{})), key: view(&pin, key)}
	err := call(&pin, func(err *C.c12_error) C.c12_status { return C.c12io_ts_pack(from, to, &options, nil, &info, err) })
	return int64(info.records), err
}

// OpenSealedTelemetry opens a sealed file for reading; ErrRefused when it wants another key.
func OpenSealedTelemetry(path string, key []byte) (*TelemetryFile, error) {
	var pin runtime.Pinner
	name := C.CString(path)
	defer C.free(unsafe.Pointer(name))
	f := &TelemetryFile{}
	if err := call(&pin, func(err *C.c12_error) C.c12_status {
		return C.c12io_ts_open_sealed(&f.t, name, view(&pin, key), nil, err)
	}); err != nil {
		return nil, err
	}
	if err := f.names(&pin); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

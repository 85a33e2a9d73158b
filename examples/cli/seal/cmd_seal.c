/* SPDX-License-Identifier: Apache-2.0 */
/* c12 seal: keys, envelopes, passwords, one-time codes and web tokens. */
#include "seal_cli.h"
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- what all verbs do ------------------------------------------------------------------------------------------------------------------ */

static const char *const option_names[] = { "--key", "--for", "--who", "--action", "--object", "--detail", "--checks", "--public", "--least", "--secret", "--time", "--hash", "--digits", "--state",
                                            "--window", "--alg", "--issuer", "--audience", "--kid", "--leeway", "--person", "--document", "--version", "--meaning", "--why" };
enum { OPTIONS = sizeof option_names / sizeof *option_names };
static const char *option_values[OPTIONS];

const char *seal_option(const char *name)
{
    for (int k = 0; k < OPTIONS; k++)
        if (!strcmp(option_names[k], name)) return option_values[k];
    return NULL;
}

int64_t seal_int(cli *c, const char *name, int64_t low, int64_t high, int64_t dflt)
{
    const char *v = seal_option(name);
    char *end;
    if (!v) return dflt;
    errno = 0;
    long long n = strtoll(v, &end, 10);
    if (*v && !*end && !errno && n >= low && n <= high) return n;
    c->bad = 1;
    cli_usage(c, "%s '%s' is not a whole number from %" PRId64 " to %" PRId64, name, v, low, high);
    return dflt;
}

int seal_fail(cli *c, c12_status s, const char *about)
{
    if (s == C12_E_IO || (c->err.text && strchr(c->err.text, '/'))) return cli_fail(c, s); /* has its file in it */
    cli_say("%s: %s", about, c->err.what ? c->err.what : c12_status_name(s));
    return s == C12_E_REFUSED ? EXIT_NO : EXIT_BAD;
}

c12_view seal_view(const char *s)
{
    const c12_view v = { (const uint8_t *)(s ? s : ""), s ? strlen(s) : 0 };
    return v;
}

void seal_hex(text *t, const uint8_t *p, size_t n)
{
    for (size_t i = 0; i < n; i++) text_add(t, "%02x", p[i]);
}

static int hex_digit(uint8_t c)
{
    if (c >= '0' && c <= '9') return c - '0';
    c |= 32;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int seal_unhex(c12_view digits, uint8_t *out, size_t n)
{
    if (digits.size != 2 * n) return 0;
    for (size_t i = 0; i < n; i++) {
        int high = hex_digit(digits.ptr[2 * i]), low = hex_digit(digits.ptr[2 * i + 1]);
        if (high < 0 || low < 0) return 0;
        out[i] = (uint8_t)(high << 4 | low);
    }
    return 1;
}

int seal_key(cli *c, const char *option, uint8_t key[32])
{
    const char *path = seal_option(option);
    if (!path) return c->bad ? EXIT_BAD : cli_usage(c, "%s is missing", option);
    c12_status s = c12io_key_read(path, key, &c->err);
    return s ? cli_fail(c, s) : EXIT_DONE;
}

/* A file without the white space at its end. */
static int read_text(cli *c, const char *path, c12_mem *all)
{
    c12_status s = c12io_bytes_read(path, all, &c->err);
    if (s) return cli_fail(c, s);
    char *p = all->ptr;
    while (all->size && strchr(" \t\r\n", p[all->size - 1])) p[--all->size] = 0;
    return EXIT_DONE;
}

int seal_public_key(cli *c, const char *path, uint8_t key[65])
{
    c12_mem all;
    int code = read_text(c, path, &all);
    if (code) return code;
    c12_view digits = { all.ptr, all.size };
    key[0] = 4;
    int sound = seal_unhex(digits, key, 65) || seal_unhex(digits, key + 1, 64);
    c12io_bytes_free(&all);
    return sound ? EXIT_DONE : cli_say("%s: not a public key: write 130 hexadecimal digits, as c12 seal public does", path);
}

int seal_secret(cli *c, c12_mem *line) { return read_text(c, "-", line); }

int64_t seal_wall(cli *c)
{
    int64_t s = seal_int(c, "--time", 0, INT64_C(9000000000), -1);
    return s < 0 ? c12io_wall() : s * INT64_C(1000000000);
}

/* ---- keys ---------------------------------------------------------------------------------------------------------------------------------- */

static void print_id(uint64_t id) { printf("%016" PRIx64 "\n", id); }

/* Any 32 bytes encrypt, nearly all sign as well; the others are drawn again. */
static int new_key(cli *c, const char *path)
{
    uint8_t key[32], point[65];
    const c12_mem room = { key, sizeof key };
    const c12_view view = { key, sizeof key };
    uint64_t id;
    c12_status s;
    do s = c12io_random(room, &c->err);
    while (!s && (s = c12_seal_public(view, point, &c->err)) == C12_E_RANGE);
    if (!s) s = c12_seal_key_id(view, &id, &c->err);
    if (!s) s = c12io_key_write(path, key, &c->err);
    if (s) return seal_fail(c, s, path);
    print_id(id);
    return EXIT_DONE;
}

static int show_key(cli *c, const char *path, int public)
{
    uint8_t key[32], point[65];
    const c12_view view = { key, sizeof key };
    uint64_t id;
    text t = { 0 };
    c12_status s = c12io_key_read(path, key, &c->err);
    if (s) return cli_fail(c, s);
    if ((s = public ? c12_seal_public(view, point, &c->err) : c12_seal_key_id(view, &id, &c->err))) return seal_fail(c, s, path);
    if (public) seal_hex(&t, point, sizeof point);
    else text_add(&t, "%016" PRIx64, id);
    text_add(&t, "\n");
    return text_write(c, &t, c->out ? c->out : "-");
}

/* ---- envelopes ------------------------------------------------------------------------------------------------------------------------------ */

static int envelope(cli *c, const char *from, const char *to, int open)
{
    uint8_t key[32], random[8];
    const c12_view k = { key, sizeof key }, entropy = { random, sizeof random }, aad = seal_view(seal_option("--for"));
    const c12_mem draw = { random, sizeof random };
    c12_seal_epoch epoch;
    c12_mem in;
    size_t used = 0;
    if (seal_key(c, "--key", key) || !cli_ready(c, 3)) return EXIT_BAD;
    c12_status s = c12io_bytes_read(from, &in, &c->err);
    if (s) return cli_fail(c, s);
    const c12_view bytes = { in.ptr, in.size };
    text out = { 0 };
    const c12_mem room = { text_room(&out, in.size + C12_SEAL_ENVELOPE), in.size + C12_SEAL_ENVELOPE };
    if (open) s = c12_seal_decrypt(k, aad, bytes, room, &used, &c->err);
    else if (!(s = c12io_random(draw, &c->err)) && !(s = c12_seal_epoch_init(&epoch, entropy, &c->err))) s = c12_seal_encrypt(k, &epoch, aad, bytes, room, &used, &c->err);
    c12io_bytes_free(&in);
    if (!s) {
        out.n = used;
        return text_write(c, &out, to);
    }
    text_free(&out);
    if (s == C12_E_REFUSED && c->err.value) { cli_say("%s: is encrypted with key %016" PRIx64 ", not with the one given", from, (uint64_t)c->err.value); return EXIT_NO; }
    return seal_fail(c, s, from);
}

/* ---- passwords -------------------------------------------------------------------------------------------------------------------------------- */

static int password(cli *c)
{
    const char *verb = cli_word(c, 1), *line = cli_word(c, 2);
    uint8_t salt[16];
    char out[160];
    const c12_mem draw = { salt, sizeof salt }, room = { out, sizeof out };
    const c12_view s16 = { salt, sizeof salt };
    c12_mem secret;
    size_t used;
    int32_t weak = 0;
    if (verb && strcmp(verb, "check")) return cli_usage(c, "no verb '%s' of password", verb);
    if (!cli_ready(c, verb ? 3 : 1)) return EXIT_BAD;
    int code = seal_secret(c, &secret);
    if (code) return code;
    const c12_view word = { secret.ptr, secret.size };
    c12_status s = verb ? C12_OK : c12io_random(draw, &c->err);
    if (!s) s = verb ? c12_seal_password_check(word, seal_view(line), &weak, &c->err) : c12_seal_password_hash(word, s16, 0, room, &used, &c->err);
    c12io_bytes_free(&secret);
    if (s) return seal_fail(c, s, "password");
    if (verb) puts(weak ? "right, but its line is weak: make it anew" : "right");
    else printf("%.*s\n", (int)used, out);
    return EXIT_DONE;
}

/* ---- one-time codes ------------------------------------------------------------------------------------------------------------------------------ */

static int totp_options(cli *c, c12_seal_totp *o, uint8_t secret[128])
{
    static const char *const hashes[] = { "sha1", "sha256", "sha512" };
    const char *path = seal_option("--secret"), *hash = seal_option("--hash");
    const c12_mem room = { secret, 128 };
    c12_mem all;
    size_t used;
    o->digits = (int32_t)seal_int(c, "--digits", 6, 8, 6);
    o->window = (int32_t)seal_int(c, "--window", 0, 10, 1);
    o->hash = hash ? -1 : 0;
    for (int k = 0; hash && k < 3; k++) if (!strcmp(hash, hashes[k])) o->hash = k;
    if (o->hash < 0) return cli_usage(c, "--hash is sha1, sha256 or sha512, not '%s'", hash);
    if (!path) return c->bad ? EXIT_BAD : cli_usage(c, "--secret is missing");
    int code = read_text(c, path, &all);
    if (code) return code;
    const c12_view letters = { all.ptr, all.size };
    c12_status s = c12_seal_base32(letters, room, &used, &c->err);
    c12io_bytes_free(&all);
    if (s) return cli_say("%s: %s; write the secret in base32, as apps show it", path, c->err.what);
    o->secret.ptr = secret;
    o->secret.size = used;
    return EXIT_DONE;
}

/* "NEXT FAILURES", or nothing yet. */
static int read_state(cli *c, const char *path, c12_seal_totp_state *st)
{
    FILE *f = fopen(path, "r");
    c12_mem all;
    int end = 0;
    memset(st, 0, sizeof *st);
    if (!f) return EXIT_DONE;
    fclose(f);
    int code = read_text(c, path, &all);
    if (code) return code;
    int n = sscanf(all.ptr, "%" SCNd64 " %" SCNd32 "%n", &st->next, &st->failures, &end);
    code = n == 2 && (size_t)end == all.size ? EXIT_DONE : cli_say("%s: not a state of codes: it has two numbers; remove it to begin anew", path);
    c12io_bytes_free(&all);
    return code;
}

static int totp(cli *c)
{
    const char *verb = cli_word(c, 1), *code = cli_word(c, 2), *state = seal_option("--state");
    c12_seal_totp o = C12_INIT(c12_seal_totp);
    c12_seal_totp_state st;
    uint8_t secret[128], digits[8];
    int64_t now = seal_wall(c);
    int bad = totp_options(c, &o, secret);
    if (bad) return bad;
    if (verb && strcmp(verb, "check")) return cli_usage(c, "no verb '%s' of totp", verb);
    if (!cli_ready(c, verb ? 3 : 1)) return EXIT_BAD;
    if (!verb) {
        c12_status s = c12_seal_totp_code(&o, now, digits, &c->err);
        if (s) return seal_fail(c, s, "secret");
        printf("%.*s\n", (int)o.digits, (const char *)digits);
        return EXIT_DONE;
    }
    if (!state) return cli_usage(c, "--state is missing: without it a code could be used twice");
    if ((bad = read_state(c, state, &st))) return bad;
    c12_status s = c12_seal_totp_check(&o, &st, now, seal_view(code), &c->err);
    if (s && s != C12_E_REFUSED) return seal_fail(c, s, "code");
    text t = { 0 };
    text_add(&t, "%" PRId64 " %" PRId32 "\n", st.next, st.failures);
    if ((bad = text_write(c, &t, state))) return bad; /* before anybody is let in */
    if (s) return seal_fail(c, s, "code");
    puts("right");
    return EXIT_DONE;
}

/* ---- web tokens -------------------------------------------------------------------------------------------------------------------------------- */

static int token_key(cli *c, c12_seal_jwt *o, uint8_t point[65], c12_mem *shared)
{
    const char *alg = seal_option("--alg"), *path = seal_option("--key");
    if (!alg || !path) return c->bad ? EXIT_BAD : cli_usage(c, "--alg and --key are needed: they decide, not the token");
    o->alg = !strcmp(alg, "HS256") ? C12_SEAL_HS256 : !strcmp(alg, "ES256") ? C12_SEAL_ES256 : 0;
    if (!o->alg) return cli_usage(c, "--alg is HS256 or ES256, not '%s'", alg);
    int code = o->alg == C12_SEAL_ES256 ? seal_public_key(c, path, point) : read_text(c, path, shared);
    o->key.ptr = o->alg == C12_SEAL_ES256 ? point : shared->ptr;
    o->key.size = o->alg == C12_SEAL_ES256 ? 65 : shared->size;
    return code;
}

static int jwt(cli *c)
{
    const char *given = cli_word(c, 1);
    c12_seal_jwt o = C12_INIT(c12_seal_jwt);
    c12_seal_claims claims = C12_INIT(c12_seal_claims);
    uint8_t point[65];
    c12_mem shared = { NULL, 0 }, token = { NULL, 0 };
    o.issuer = seal_view(seal_option("--issuer"));
    o.audience = seal_view(seal_option("--audience"));
    o.kid = seal_view(seal_option("--kid"));
    o.now = seal_wall(c);
    o.leeway = seal_int(c, "--leeway", 0, 600, 0);
    int code = token_key(c, &o, point, &shared);
    if (code) return code;
    if (!cli_ready(c, 2)) return EXIT_BAD;
    if (!strcmp(given, "-") && (code = read_text(c, "-", &token))) return code;
    const c12_view t = token.ptr ? (c12_view){ token.ptr, token.size } : seal_view(given);
    const c12_mem scratch = { NEW(uint8_t, (int64_t)t.size + 1), t.size + 1 };
    c12_status s = c12_seal_jwt_verify(&o, t, scratch, &claims, &c->err);
    if (!s) printf("%.*s\n", (int)claims.payload.size, (const char *)claims.payload.ptr);
    else code = s == C12_E_FORMAT ? (cli_say("token: %s", c->err.what), EXIT_NO) : seal_fail(c, s, "token");
    free(scratch.ptr);
    c12io_bytes_free(&shared);
    c12io_bytes_free(&token);
    return code;
}

/* ---- which ---------------------------------------------------------------------------------------------------------------------------------------- */

int cmd_seal(cli *c)
{
    for (int k = 0; k < OPTIONS; k++) option_values[k] = cli_value(c, option_names[k]);
    const char *verb = cli_word(c, 0), *a = cli_word(c, 1), *b = cli_word(c, 2);
    if (!verb) return cli_usage(c, "a verb is missing");
    if (!c12_seal_library()) return cli_say("c12 seal: built without mbedTLS; install libmbedtls-dev and build again");
    if (!strcmp(verb, "key")) return cli_ready(c, 2) ? new_key(c, a) : EXIT_BAD;
    if (!strcmp(verb, "public") || !strcmp(verb, "id")) return cli_ready(c, 2) ? show_key(c, a, verb[0] == 'p') : EXIT_BAD;
    if (!strcmp(verb, "encrypt") || !strcmp(verb, "decrypt")) return envelope(c, a, b, verb[0] == 'd');
    if (!strcmp(verb, "audit")) return seal_audit(c);
    if (!strcmp(verb, "password")) return password(c);
    if (!strcmp(verb, "totp")) return totp(c);
    if (!strcmp(verb, "jwt")) return jwt(c);
    if (!strcmp(verb, "sign")) return seal_sign(c);
    if (!strcmp(verb, "check")) return seal_check(c);
    return cli_usage(c, "no verb '%s'", verb);
}

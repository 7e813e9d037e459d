package auth_test

import (
	"context"
	"crypto/rand"
	"strings"
	"sync"
	"testing"

	"entente"
	"entente/internal/auth"
)

func newHasher(t *testing.T, p auth.Params) *auth.Hasher {
	t.Helper()
	h, err := auth.NewHasher(p, rand.Reader)
	must(t, err)
	return h
}

// TestPublishedHashes: strings from the test programme of the reference
// implementation of Argon2 (P-H-C/phc-winner-argon2, src/test.c, version 0x13).
func TestPublishedHashes(t *testing.T) {
	h := newHasher(t, cheap)
	for _, c := range []struct{ password, stored string }{
		{"password", "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"},
		{"password", "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"},
	} {
		right, stale, err := h.Verify(t.Context(), c.stored, c.password)
		must(t, err)
		if !right || !stale {
			t.Errorf("%s: right %v, stale %v; want both", c.stored, right, stale)
		}
		if wrong, _, err := h.Verify(t.Context(), c.stored, c.password+"1"); wrong || err != nil {
			t.Errorf("%s: another password: %v, %v", c.stored, wrong, err)
		}
	}
}

// TestDefaultCosts does one hash at the real costs: RFC 9106, section 4, second
// option, and above the OWASP minimum of 19 MiB and two passes.
func TestDefaultCosts(t *testing.T) {
	h := newHasher(t, auth.DefaultParams)
	stored, err := h.Hash(t.Context(), good)
	must(t, err)
	if !strings.HasPrefix(stored, "$argon2id$v=19$m=65536,t=3,p=4$") {
		t.Errorf("stored %s", stored)
	}
	if auth.DefaultParams.Memory < 19<<10 || auth.DefaultParams.Time < 2 {
		t.Error("the default is below the minimum")
	}
	right, stale, err := h.Verify(t.Context(), stored, good)
	if !right || stale || err != nil {
		t.Errorf("right %v, stale %v, %v", right, stale, err)
	}
}

func TestHash(t *testing.T) {
	h := newHasher(t, cheap)
	one, err := h.Hash(t.Context(), good)
	must(t, err)
	two, err := h.Hash(t.Context(), good)
	must(t, err)
	if one == two {
		t.Error("two hashes of one password are the same: no salt")
	}
	composed, err := h.Hash(t.Context(), "pudel õli pööre") // õ, ö as one character
	must(t, err)
	right, _, err := h.Verify(t.Context(), composed, "pudel o\u0303li po\u0308o\u0308re")
	must(t, err)
	if !right {
		t.Error("the same word typed on another keyboard is another password")
	}
	if right, _, err := h.Verify(t.Context(), "", ""); right || err != nil {
		t.Errorf("an account without a password takes the empty one: %v, %v", right, err)
	}
}

func TestDamagedHashes(t *testing.T) {
	h := newHasher(t, cheap)
	const fine = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"
	for name, stored := range map[string]string{
		"another kind":   strings.Replace(fine, "argon2id", "argon2i", 1),
		"bcrypt":         "$2y$10$abcdefghijklmnopqrstuv",
		"version":        strings.Replace(fine, "v=19", "v=16", 1),
		"no costs":       strings.Replace(fine, "m=256,t=2,p=1", "", 1),
		"order":          strings.Replace(fine, "m=256,t=2,p=1", "t=2,m=256,p=1", 1),
		"much memory":    strings.Replace(fine, "m=256", "m=4294967295", 1),
		"too much":       strings.Replace(fine, "m=256", "m=2097152", 1),
		"many passes":    strings.Replace(fine, "t=2", "t=4000000", 1),
		"no pass":        strings.Replace(fine, "t=2", "t=0", 1),
		"lanes overflow": strings.Replace(fine, "p=1", "p=257", 1),
		"sign":           strings.Replace(fine, "t=2", "t=+2", 1),
		"no salt":        strings.Replace(fine, "c29tZXNhbHQ", "", 1),
		"short hash":     fine[:len(fine)-30],
		"padding":        fine + "=",
		"long":           fine + strings.Repeat("A", 600),
		"more":           fine + "$x",
		"before":         "x" + fine,
	} {
		_, _, err := h.Verify(t.Context(), stored, "password")
		if entente.KindOf(err) != entente.Internal {
			t.Errorf("%s: error %v, want internal", name, err)
		} else if strings.Contains(err.Error(), "nf65EOg") {
			t.Errorf("%s: the error shows the hash", name)
		}
	}
	for _, p := range []auth.Params{{}, {Memory: 7, Time: 1, Threads: 1}, {Memory: 64, Time: 0, Threads: 1}, {Memory: 1 << 30, Time: 1, Threads: 1}} {
		if _, err := auth.NewHasher(p, rand.Reader); entente.KindOf(err) != entente.Invalid {
			t.Errorf("costs %+v: %v, want invalid", p, err)
		}
	}
}

// TestHashesAreBounded: when all turns are taken the next is turned away at
// once, so that sign-in cannot take all memory.
func TestHashesAreBounded(t *testing.T) {
	h := newHasher(t, cheap)
	free := h.Occupy()
	_, err := h.Hash(t.Context(), good)
	wantKind(t, err, entente.Unavailable)
	free()
	_, err = h.Hash(t.Context(), good)
	must(t, err)

	var wg sync.WaitGroup
	for range 20 { // fewer than may wait: all get their turn
		wg.Go(func() {
			if _, err := h.Hash(t.Context(), good); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	ended, stop := context.WithCancel(t.Context())
	stop()
	free = h.OccupySlots()
	defer free()
	_, err = h.Hash(ended, good)
	wantKind(t, err, entente.Unavailable)
}

func TestCheckPassword(t *testing.T) {
	for _, c := range []struct {
		name, password string
		ok             bool
	}{
		{"legal-2", good, true},
		{"legal-2", "õõääööüüšžõx", true},         // 12 characters, 22 bytes
		{"legal-2", "12 3456 78901", true},        // no rule about letters
		{"legal-2", "elevenchars", false},         // 11
		{"legal-2", "", false},                    //
		{"legal-2", "aaaaaaaaaaaaaaaa", false},    // one character
		{"legal-2", "abababababababab", false},    // two
		{"legal-office", "legal-office", false},   // the name
		{"legal-office", "Legal-Office99", false}, // the name with digits
		{"legal-office", "my legal-office", true}, //
		{"a", "bad\xff\xfe utf8 text here", false},
		{"a", "with a \x00 in the middle", false},
		{"a", strings.Repeat("abcdefgh", 128), true},         // 1024 bytes
		{"a", strings.Repeat("abcdefgh", 128) + "i", false},  // 1025
		{"a", strings.Repeat("o\u0303", 6) + "abcde", false}, // 11 characters once composed
	} {
		err := auth.CheckPassword(c.name, c.password)
		if (err == nil) != c.ok {
			t.Errorf("%q: %v, want ok %v", c.password, err, c.ok)
		}
		if err != nil && len(c.password) > 10 && strings.Contains(err.Error(), c.password) {
			t.Errorf("the error shows the password %q", c.password)
		}
	}
}

func TestCheckName(t *testing.T) {
	for name, ok := range map[string]bool{
		"legal-2": true, "a": true, "0x": true, "a.b_c-d": true, strings.Repeat("a", 64): true,
		"": false, "-a": false, ".a": false, "A": false, "a b": false, "õ": false, "a/b": false, "a|b": false, "a\n": false,
		strings.Repeat("a", 65): false, "local": false, "system": false, "anonymous": false, "visitor": false, "guest": false,
	} {
		if err := auth.CheckName(name); (err == nil) != ok {
			t.Errorf("%q: %v, want ok %v", name, err, ok)
		}
	}
}

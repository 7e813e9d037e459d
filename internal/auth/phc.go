package auth

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/crypto/argon2"

	"entente"
)

// phc is an Argon2id hash with all that is needed to check it, written in the
// PHC string format: $argon2id$v=19$m=65536,t=3,p=4$salt$hash.
type phc struct {
	params     Params
	salt, hash []byte
}

// Bounds of what is accepted from the store, so that a changed row cannot make
// one check take all memory or minutes.
const (
	maxMemory  = 1 << 20 // KiB
	maxTime    = 16
	maxThreads = 16
	maxPHC     = 512 // bytes
)

// String writes the PHC string.
func (p phc) String() string {
	b := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version,
		p.params.Memory, p.params.Time, p.params.Threads, b.EncodeToString(p.salt), b.EncodeToString(p.hash))
}

// parsePHC reads a PHC string strictly. Its error does not show the string.
func parsePHC(s string) (phc, error) {
	bad := func(what string) (phc, error) {
		return phc{}, &entente.Error{
			Kind: entente.Internal, Op: "sign-in", Msg: "a stored password hash cannot be read: " + what,
			Hint: "an admin can set a new password for the account",
		}
	}
	part := strings.Split(s, "$")
	switch {
	case len(s) > maxPHC, len(part) != 6, part[0] != "":
		return bad("not a PHC string")
	case part[1] != "argon2id":
		return bad("not Argon2id")
	case part[2] != "v="+strconv.Itoa(argon2.Version):
		return bad("another version of Argon2")
	}
	var out phc
	var ok bool
	if out.params, ok = parseParams(part[3]); !ok || out.params.check() != nil {
		return bad("its costs")
	}
	var err error
	if out.salt, err = base64.RawStdEncoding.Strict().DecodeString(part[4]); err != nil || len(out.salt) < 8 || len(out.salt) > 64 {
		return bad("its salt")
	}
	if out.hash, err = base64.RawStdEncoding.Strict().DecodeString(part[5]); err != nil || len(out.hash) < 16 || len(out.hash) > 64 {
		return bad("its hash")
	}
	return out, nil
}

// parseParams reads "m=65536,t=3,p=4", in that order.
func parseParams(s string) (Params, bool) {
	list := strings.Split(s, ",")
	if len(list) != 3 {
		return Params{}, false
	}
	var n [3]uint64
	for i, name := range []string{"m=", "t=", "p="} {
		digits, found := strings.CutPrefix(list[i], name)
		v, err := strconv.ParseUint(digits, 10, 32)
		if !found || err != nil || strconv.FormatUint(v, 10) != digits || i == 2 && v > maxThreads {
			return Params{}, false
		}
		n[i] = v
	}
	return Params{Memory: uint32(n[0]), Time: uint32(n[1]), Threads: uint8(n[2])}, true
}

// check refuses costs that Argon2id does not know (RFC 9106, section 3.1: eight
// KiB per lane at least) or that nobody should wait for.
func (p Params) check() error {
	if p.Threads < 1 || p.Threads > maxThreads || p.Time < 1 || p.Time > maxTime ||
		p.Memory < 8*uint32(p.Threads) || p.Memory > maxMemory {
		return &entente.Error{
			Kind: entente.Invalid, Op: "auth", Msg: fmt.Sprintf("Argon2id cannot work with m=%d, t=%d, p=%d", p.Memory, p.Time, p.Threads),
			Hint: fmt.Sprintf("memory from 8 KiB per lane to %d KiB, 1 to %d passes, 1 to %d lanes", maxMemory, maxTime, maxThreads),
		}
	}
	return nil
}

package auth

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"entente"
)

// Bounds of a password and of an account's name.
const (
	MinPassword = 12   // characters
	MaxPassword = 1024 // bytes
	MaxName     = 64   // bytes
)

// leastKinds is the number of different characters that a password needs, so
// that "aaaaaaaaaaaa" is none.
const leastKinds = 5

// reserved are names that records and entries use for other things.
var reserved = []string{LocalName, "system", "anonymous", string(Visitor), string(Guest)}

// CheckPassword refuses a password that may not be set: too short, too long, too
// few different characters, the account's name, or not text. No rule asks for
// digits or signs (NIST SP 800-63B, section 5.1.1.2). The error does not show
// the password.
func CheckPassword(name, password string) error {
	bad := func(msg string) error {
		return &entente.Error{Kind: entente.Invalid, Op: "set password", Msg: msg, Hint: "several words in a row make a good password"}
	}
	if len(password) > MaxPassword {
		return bad(fmt.Sprintf("the password is longer than %d bytes", MaxPassword))
	}
	if !utf8.ValidString(password) || strings.ContainsRune(password, 0) {
		return bad("the password is not text in UTF-8")
	}
	password = normal(password)
	if utf8.RuneCountInString(password) < MinPassword {
		return bad(fmt.Sprintf("the password is shorter than %d characters", MinPassword))
	}
	kinds := map[rune]bool{}
	for _, r := range password {
		kinds[r] = true
	}
	if len(kinds) < leastKinds {
		return bad(fmt.Sprintf("the password has fewer than %d different characters", leastKinds))
	}
	if name != "" && strings.Trim(strings.ReplaceAll(strings.ToLower(password), name, ""), "0123456789") == "" {
		return bad("the password is the account's name")
	}
	return nil
}

// normal gives one form to a password that keyboards write in several (RFC
// 8265, section 4.2: NFC).
func normal(password string) string { return norm.NFC.String(password) }

// CheckName refuses what cannot be an account's name: 1 to 64 small letters,
// digits, points, hyphens and underscores, the first a letter or digit, and
// none of the names that the program uses itself. Pseudonyms and roles are
// welcome: an account need not name a person.
func CheckName(name string) error {
	bad := func(msg string) error {
		return &entente.Error{
			Kind: entente.Invalid, Op: "account", Place: "name", Msg: msg,
			Hint: "small letters, digits, points, hyphens and underscores, for example legal-2",
		}
	}
	if name == "" || len(name) > MaxName {
		return bad(fmt.Sprintf("a name has 1 to %d characters", MaxName))
	}
	for i, r := range name {
		plain := r >= 'a' && r <= 'z' || r >= '0' && r <= '9'
		if !plain && (i == 0 || !strings.ContainsRune("._-", r)) {
			return bad("the name has a character that names do not have")
		}
	}
	if slices.Contains(reserved, name) {
		return bad(fmt.Sprintf("the program uses the name %q itself", name))
	}
	return nil
}

// canonical is how a typed name is looked up.
func canonical(name string) string { return strings.ToLower(strings.TrimSpace(name)) }

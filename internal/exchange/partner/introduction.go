package partner

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"

	"entente"
	"entente/internal/exchange/handling"
	"entente/internal/exchange/stix"
)

// introductionForm is the form of an introduction.
const introductionForm = "entente.introduction/1"

// maxIntroduction bounds the file of an introduction, in bytes.
const maxIntroduction = 1 << 20

// Introduction is what a node tells of itself so that another can make it a
// partner. Without a token it holds no secret, but it must come by a way on which
// nobody can change it: whoever believes it believes its keys. The fingerprints
// are for comparing by telephone.
type Introduction struct {
	Form     string  `json:"form"`
	Title    string  `json:"title"`
	Actor    string  `json:"actor"`
	Identity stix.ID `json:"identity"`
	URL      string  `json:"url,omitempty"`
	// CA is the authority of its server and client certificates, in PEM.
	CA string `json:"ca,omitempty"`
	// Names are the DNS names that its client certificate carries.
	Names []string `json:"names,omitempty"`
	// Log is the public key of its log.
	Log        string      `json:"log,omitempty"`
	Recipients []Recipient `json:"recipients,omitempty"`
	// For is the id under which it knows the reader, the user name for a password.
	For string `json:"for,omitempty"`
	// Token is the secret by which it will know the reader. An introduction with a
	// token is for one reader, who destroys it when it is read.
	Token string `json:"token,omitempty"`
}

// Introduce makes the introduction of a node from its settings. ca and names are
// those of its keys, log is the public key of its log; they may be empty.
func Introduce(s Settings, ca []byte, names []string, log string) Introduction {
	return Introduction{
		Form: introductionForm, Title: s.Title, Actor: s.Actor, Identity: s.Identity, URL: s.URL,
		CA: string(ca), Names: slices.Clone(names), Log: log, Recipients: slices.Clone(s.Recipients),
	}
}

// Write writes an introduction.
func (i Introduction) Write(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(i)
}

// ReadIntroduction reads an introduction and checks it: what it says would be
// taken over as it is. Errors: Invalid, with every fault.
func ReadIntroduction(r io.Reader) (Introduction, error) {
	fail := func(msg, hint string) (Introduction, error) { // the cause is left out: it could show a part of the token
		return Introduction{}, &entente.Error{Kind: entente.Invalid, Op: "read an introduction", Place: "introduction", Msg: msg, Hint: hint}
	}
	data, err := io.ReadAll(io.LimitReader(r, maxIntroduction+1))
	if err != nil {
		return Introduction{}, &entente.Error{Kind: entente.Unavailable, Op: "read an introduction", Msg: "the file cannot be read", Err: err}
	}
	if len(data) > maxIntroduction {
		return fail("it is too large", "")
	}
	var i Introduction
	d := json.NewDecoder(bytes.NewReader(data))
	if err := d.Decode(&i); err != nil {
		return fail("it is not JSON of the form "+introductionForm, "entente partner introduce writes one")
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return fail("something stands behind it", "")
	}
	if i.Form != introductionForm {
		return fail("it is not of the form "+introductionForm, "entente partner introduce writes one")
	}
	if i.Token != "" && (len(i.Token) > maxShown || strings.ContainsFunc(i.Token, func(r rune) bool { return r <= ' ' || r >= 0x7f })) {
		return fail("its token is not one word", "")
	}
	// The same checks as for what an operator writes.
	s := Settings{Title: "t", Actor: "t", Identity: "identity--00000000-0000-4000-8000-000000000000", Unmarked: handling.Amber}
	s.Partners = []Partner{i.partner("introduced")}
	if err := s.Check(); err != nil {
		return Introduction{}, err
	}
	return i, nil
}

func (i Introduction) partner(id string) Partner {
	p := Partner{Partner: handling.Partner{ID: id, Name: i.Title}, Actor: i.Actor, URL: i.URL, CA: i.CA, Names: slices.Clone(i.Names), Log: i.Log, Recipients: slices.Clone(i.Recipients)}
	if i.Identity != "" {
		p.Identities = []stix.ID{i.Identity}
	}
	return p
}

// Apply makes the introduced node the partner id, or brings the one that is there
// up to date: what the operators decided on it (suspension, end, membership,
// limits) stays. It tells whether the partner is new.
func (i Introduction) Apply(s *Settings, id string) (fresh bool, err error) {
	p := i.partner(id)
	was := s.Partner(id)
	if was == nil {
		return true, s.AddPartner(p)
	}
	was.Actor, was.URL, was.CA, was.Names, was.Log, was.Recipients = p.Actor, p.URL, p.CA, p.Names, p.Log, p.Recipients
	for _, x := range p.Identities {
		if !slices.Contains(was.Identities, x) {
			was.Identities = append(was.Identities, x)
		}
	}
	return false, nil
}

// Fingerprints are short forms of the keys of an introduction, to be compared by
// another way than the one on which it came: what they are of, and 64 hexadecimal
// digits.
func (i Introduction) Fingerprints() (out [][2]string) {
	list, _ := parseAuthorities(i.CA) // checked when it was read
	for _, c := range list {
		out = append(out, [2]string{"authority", Fingerprint(c)})
	}
	if i.Log != "" {
		sum := sha256.Sum256([]byte(i.Log))
		out = append(out, [2]string{"log", hex.EncodeToString(sum[:])})
	}
	for _, r := range i.Recipients {
		sum := sha256.Sum256([]byte(r.Key))
		out = append(out, [2]string{"recipient " + r.Name, hex.EncodeToString(sum[:])})
	}
	return out
}

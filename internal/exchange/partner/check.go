package partner

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"filippo.io/age"
	"golang.org/x/mod/sumdb/note"

	"entente"
	"entente/internal/exchange/handling"
	"entente/internal/exchange/stix"
)

// The bounds of what people write.
const (
	MaxText = 500    // bytes of a title, name, description or note
	MaxList = 10_000 // partners, communities, collections, embargoes; members of one
	MaxBody = 4 << 20
)

var (
	goodID    = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,63}$`)
	goodUUID  = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	anyUUID   = regexp.MustCompile(`^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$`)
	goodHost  = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)
	goodActor = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,63}$`)
)

// checker looks through settings: it collects the faults, and closes in its own
// copy what has one.
type checker struct {
	s      Settings
	faults entente.Errors
}

func (c *checker) fault(place, hint, format string, args ...any) {
	c.faults = append(c.faults, &entente.Error{Kind: entente.Invalid, Op: "set the exchange", Place: place, Msg: fmt.Sprintf(format, args...), Hint: hint})
}

// Check gives every fault of the settings, each with its place; nil for none.
func (s Settings) Check() error {
	c := &checker{s: s.clone()}
	c.run()
	if len(c.faults) == 0 {
		_, err := c.s.policy().Compile()
		return err
	}
	_, err := c.s.policy().Compile()
	if list, ok := err.(entente.Errors); ok { //nolint:errorlint // as Compile gives it
		c.faults = append(c.faults, list...)
	}
	return c.faults
}

// NewState makes settings ready for asking, at a revision. It never fails: what
// has a fault is closed, and Faults lists it.
func NewState(n int64, s Settings) *State {
	c := &checker{s: s.clone()}
	c.run()
	rules, err := c.s.policy().Compile()
	if list, ok := err.(entente.Errors); ok { //nolint:errorlint // as Compile gives it
		c.faults = append(c.faults, list...)
	}
	out := &State{
		Revision: n, Settings: s, Rules: rules, Unmarked: s.Unmarked, Faults: c.faults.Err(), partners: map[string]*Partner{}, collections: map[string]*Collection{},
	}
	if s.Unmarked <= handling.Clear || s.Unmarked > handling.Red {
		out.Unmarked = handling.Red
	}
	for i := range c.s.Partners {
		p := &c.s.Partners[i]
		if was := out.partners[p.ID]; was != nil { // which of the two holds is not known
			was.Suspended, was.CA, was.Identities = true, "", nil
			continue
		}
		out.partners[p.ID] = p
	}
	for i := range c.s.Collections {
		x := &c.s.Collections[i]
		if was := out.collections[x.ID]; was != nil {
			was.Closed = true
			continue
		}
		out.collections[x.ID] = x
		out.circles = append(out.circles, x.ID)
	}
	slices.Sort(out.circles)
	// What the rules close for a fault that they found is closed in the copies too.
	for id, p := range out.partners {
		p.Suspended = p.Suspended || against(rules, id, "", p.Until)&handling.Suspended != 0
	}
	for id, x := range out.collections {
		x.Closed = x.Closed || against(rules, "", id, time.Time{})&handling.ClosedHere != 0
	}
	aliases := map[string]int{}
	for _, x := range c.s.Collections {
		aliases[x.Alias]++
	}
	for _, id := range out.circles {
		x := out.collections[id]
		if x.Alias != "" && aliases[x.Alias] == 1 && out.collections[x.Alias] == nil {
			out.collections[x.Alias] = x
		}
	}
	return out
}

// against gives what the rules have against a partner and a collection, whatever
// the object. now is any moment: it only counts for agreements that end.
func against(rules *handling.Rules, partner, collection string, now time.Time) handling.Code {
	return rules.View(partner, collection, now).Check(handling.Subject{Level: handling.Clear})
}

// policy is the part of the settings that decides on releases.
func (s Settings) policy() handling.Policy {
	p := handling.Policy{Communities: s.Communities, Embargoes: s.Embargoes}
	for _, x := range s.Partners {
		p.Partners = append(p.Partners, x.Partner)
	}
	for _, x := range s.Collections {
		p.Collections = append(p.Collections, x.Collection)
	}
	return p
}

func (c *checker) run() {
	s := &c.s
	c.text("title", s.Title, true)
	if !goodActor.MatchString(s.Actor) {
		c.fault("actor", "the id of an actor of the corpus, such as est", "%q is not the id of an actor", s.Actor)
	}
	c.identity("identity", s.Identity)
	c.url("url", s.URL)
	switch {
	case s.Unmarked == 0 || s.Unmarked > handling.Red:
		c.fault("unmarked", "amber, for example", "the level of what carries no mark is missing")
	case s.Unmarked == handling.Clear:
		c.fault("unmarked", "green or stricter", "what carries no mark cannot be CLEAR: nobody may publish by forgetting")
	}
	for i, r := range s.Recipients {
		c.recipient(fmt.Sprintf("recipients[%d]", i), r)
	}
	c.distinct("recipients", s.Recipients)
	for place, n := range map[string]int{
		"partners": len(s.Partners), "communities": len(s.Communities), "collections": len(s.Collections), "embargoes": len(s.Embargoes),
	} {
		if n > MaxList {
			c.fault(place, "", "%d are more than %d", n, MaxList)
		}
	}
	c.partners()
	c.communities()
	c.collections()
	for i, e := range s.Embargoes {
		c.text(fmt.Sprintf("embargoes[%d].note", i), e.Note, false)
	}
}

func (c *checker) partners() {
	hosts := map[string]string{}
	actors := map[stix.ID]string{}
	logs := map[string]string{}
	for i := range c.s.Partners {
		p := &c.s.Partners[i]
		place := "partner " + p.ID
		before := len(c.faults)
		if !goodID.MatchString(p.ID) && p.ID != "" && p.ID != handling.Self { // those two are faults of the rules
			c.fault(fmt.Sprintf("partners[%d].id", i), "small letters, digits, point, hyphen and underscore, at most 64", "%q cannot be the name of a partner", p.ID)
		}
		c.text(place+": name", p.Name, false)
		if p.Actor != "" && !goodActor.MatchString(p.Actor) {
			c.fault(place+": actor", "the id of an actor of the corpus, such as jpn", "%q is not the id of an actor", p.Actor)
		}
		for _, id := range p.Identities {
			c.identity(place+": identities", id)
			switch other := actors[id]; {
			case id == c.s.Identity:
				c.fault(place+": identities", "", "%s is the node's own", id)
			case other != "" && other != p.ID:
				c.fault(place+": identities", "only the creator of an object may change it", "%s belongs to %s already", id, other)
			}
			actors[id] = p.ID
		}
		c.url(place+": url", p.URL)
		if p.CA != "" {
			if _, err := parseAuthorities(p.CA); err != nil {
				c.fault(place+": ca", "one or more certificates in PEM", "%s", err.Error())
			}
		}
		for _, h := range p.Names {
			if !goodHost.MatchString(h) || len(h) > 253 {
				c.fault(place+": names", "small letters, such as exchange.mofa.example", "%q is not a DNS name", h)
			}
		}
		authorities, _ := parseAuthorities(p.CA)
		for _, h := range p.clientNames() {
			for _, a := range authorities {
				key := h + " " + Fingerprint(a)
				if other := hosts[key]; other != "" && other != p.ID {
					c.fault(place+": names", "each client certificate must tell who it is", "%q under the same authority is a name of %s already", h, other)
				}
				hosts[key] = p.ID
			}
		}
		if p.CA != "" && len(p.clientNames()) == 0 {
			c.fault(place+": names", "name the DNS name in its client certificate, or its URL", "an authority alone does not tell who asks")
		}
		if p.Log != "" {
			if _, err := note.NewVerifier(p.Log); err != nil {
				c.fault(place+": log", "as the partner's introduction gives it", "the public key of its log cannot be read")
			}
		}
		if other, twice := logs[p.LogName()]; twice && other != p.ID {
			c.fault(place+": log", "compare the fingerprints with both: proofs and receipts go by this name", "%q is the name of %s in the log already", p.LogName(), other)
		}
		logs[p.LogName()] = p.ID
		for j, r := range p.Recipients {
			c.recipient(fmt.Sprintf("%s: recipients[%d]", place, j), r)
		}
		c.distinct(place+": recipients", p.Recipients)
		if p.PerMinute < 0 || p.PerMinute > 10_000_000 {
			c.fault(place+": per_minute", "0 for the default", "%d requests a minute is no bound", p.PerMinute)
		}
		if len(c.faults) > before {
			p.Suspended, p.CA, p.Identities = true, "", nil
		}
	}
}

func (c *checker) communities() {
	for i := range c.s.Communities {
		x := &c.s.Communities[i]
		if !goodID.MatchString(x.ID) && x.ID != "" {
			c.fault(fmt.Sprintf("communities[%d].id", i), "small letters, digits, point, hyphen and underscore, at most 64", "%q cannot be the name of a community", x.ID)
			x.Members = nil
		}
		c.text("community "+x.ID+": name", x.Name, false)
		if len(x.Members) > MaxList {
			c.fault("community "+x.ID, "", "%d members are more than %d", len(x.Members), MaxList)
			x.Members = nil
		}
		x.Members = slices.DeleteFunc(x.Members, func(m handling.Member) bool {
			if m.Clearance == handling.Red {
				c.fault("community "+x.ID, "amber+strict is the highest clearance; RED goes sealed to named recipients", "the clearance of %s cannot be RED", m.Partner)
				return true
			}
			return false
		})
	}
}

func (c *checker) collections() {
	ids := map[string]int{}
	for _, x := range c.s.Collections {
		ids[x.ID]++
		if x.Alias != "" {
			ids[x.Alias]++
		}
	}
	known := map[string]bool{}
	for _, p := range c.s.Partners {
		known[p.ID] = true
	}
	for i := range c.s.Collections {
		x := &c.s.Collections[i]
		place := "collection " + x.name()
		before := len(c.faults)
		if !goodUUID.MatchString(x.ID) {
			c.fault(fmt.Sprintf("collections[%d].id", i), "a UUID of version 4; entente collection add makes one", "%q cannot be the id of a collection", x.ID)
		}
		if x.Alias != "" && (!goodID.MatchString(x.Alias) || anyUUID.MatchString(x.Alias)) {
			c.fault(place+": alias", "small letters, digits, point, hyphen and underscore, at most 64, and no UUID", "%q cannot be an alias", x.Alias)
		}
		if x.Alias != "" && ids[x.Alias] > 1 {
			c.fault(place+": alias", "each collection needs its own", "the alias %q stands twice", x.Alias)
		}
		c.text(place+": title", x.Title, true)
		c.text(place+": description", x.Description, false)
		seen := map[string]bool{}
		for _, id := range x.Communities {
			if seen[id] {
				c.fault(place+": communities", "", "%s stands twice", id)
			}
			seen[id] = true
		}
		writers := map[string]bool{}
		for _, w := range x.Writers {
			switch {
			case !known[w]:
				c.fault(place+": writers", "entente partner list shows them", "%q is no partner", w)
			case writers[w]:
				c.fault(place+": writers", "", "%s stands twice", w)
			}
			writers[w] = true
		}
		if len(c.faults) > before {
			x.Closed = true
		}
	}
}

// name is the short name of a collection for people.
func (x *Collection) name() string {
	if x.Alias != "" {
		return x.Alias
	}
	return x.ID
}

// clientNames are the DNS names that a client certificate of the partner may
// carry.
func (p *Partner) clientNames() []string {
	if len(p.Names) > 0 {
		return p.Names
	}
	if u, err := url.Parse(p.URL); err == nil && u.Hostname() != "" {
		return []string{strings.ToLower(u.Hostname())}
	}
	return nil
}

func (c *checker) text(place, s string, needed bool) {
	switch {
	case needed && strings.TrimSpace(s) == "":
		c.fault(place, "a few words", "it is missing")
	case len(s) > MaxText:
		c.fault(place, "", "it has %d bytes, more than %d", len(s), MaxText)
	case !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }):
		c.fault(place, "", "it is not one line of text")
	}
}

func (c *checker) identity(place string, id stix.ID) {
	if _, why := stix.ParseID(string(id)); why != "" || id.Type() != "identity" {
		c.fault(place, "identity-- and a UUID", "%q is not the id of an identity", string(id))
	}
}

func (c *checker) url(place, s string) {
	if s == "" {
		return
	}
	u, err := url.Parse(s)
	switch {
	case err != nil || u.Host == "" || u.Hostname() == "":
		c.fault(place, "such as https://exchange.example:8443/", "it is not the address of a node")
	case u.User != nil:
		c.fault(place, "credentials do not belong in an address", "it holds a user or a password")
	case u.Scheme != "https" && !(u.Scheme == "http" && loopback(u.Hostname())):
		c.fault(place, "https only, but for this machine", "%q is not https", u.Scheme)
	case u.RawQuery != "" || u.Fragment != "" || !strings.HasSuffix(u.Path, "/"):
		c.fault(place, "such as https://exchange.example:8443/", "it must end in a slash, without query or fragment")
	}
}

func loopback(host string) bool { return host == "localhost" || host == "127.0.0.1" || host == "::1" }

func (c *checker) recipient(place string, r Recipient) {
	if !goodID.MatchString(r.Name) {
		c.fault(place+".name", "a function such as duty-officer, never a person", "%q cannot be the name of a recipient", r.Name)
	}
	_, classic := age.ParseX25519Recipient(r.Key)
	_, hybrid := age.ParseHybridRecipient(r.Key)
	if classic != nil && hybrid != nil {
		c.fault(place+".key", "age1…, the public half that entente seal keygen or age-keygen prints", "it is not a public key of age")
	}
}

func (c *checker) distinct(place string, list []Recipient) {
	seen := map[string]bool{}
	for _, r := range list {
		if seen[r.Name] {
			c.fault(place, "", "%q stands twice", r.Name)
		}
		seen[r.Name] = true
	}
}

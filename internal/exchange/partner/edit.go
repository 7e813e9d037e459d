package partner

import (
	"crypto/rand"
	"fmt"
	"slices"
	"time"

	"entente"
	"entente/internal/exchange/handling"
	"entente/internal/exchange/stix"
)

// clone copies settings so deep that nothing is shared.
func (s Settings) clone() Settings {
	s.Recipients = slices.Clone(s.Recipients)
	s.Partners = slices.Clone(s.Partners)
	for i := range s.Partners {
		p := &s.Partners[i]
		p.Identities, p.Names, p.Recipients = slices.Clone(p.Identities), slices.Clone(p.Names), slices.Clone(p.Recipients)
	}
	s.Communities = slices.Clone(s.Communities)
	for i := range s.Communities {
		s.Communities[i].Members = slices.Clone(s.Communities[i].Members)
	}
	s.Collections = slices.Clone(s.Collections)
	for i := range s.Collections {
		c := &s.Collections[i]
		c.Communities, c.Writers = slices.Clone(c.Communities), slices.Clone(c.Writers)
	}
	s.Embargoes = slices.Clone(s.Embargoes)
	return s
}

// Clone gives a copy that may be edited.
func (s Settings) Clone() Settings { return s.clone() }

// LogName is how the log names the partner: the name of its log's key, or its id
// when it keeps no log.
func (p Partner) LogName() string {
	for i, r := range p.Log {
		if r == '+' && i > 0 {
			return p.Log[:i]
		}
	}
	return p.ID
}

// NewCollectionID makes the id of a new collection: a random UUID, version 4.
func NewCollectionID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

func missing(what, name, hint string) error {
	return &entente.Error{Kind: entente.NotFound, Op: "set the exchange", Place: name, Msg: "there is no such " + what, Hint: hint}
}

func taken(what, name string) error {
	return &entente.Error{Kind: entente.Conflict, Op: "set the exchange", Place: name, Msg: "there is a " + what + " of this name already"}
}

// Partner finds a partner to edit, nil when there is none. The pointer is good
// until partners are added or removed.
func (s *Settings) Partner(id string) *Partner {
	i := slices.IndexFunc(s.Partners, func(p Partner) bool { return p.ID == id })
	if i < 0 {
		return nil
	}
	return &s.Partners[i]
}

// Community finds a community to edit, nil when there is none.
func (s *Settings) Community(id string) *handling.Community {
	i := slices.IndexFunc(s.Communities, func(c handling.Community) bool { return c.ID == id })
	if i < 0 {
		return nil
	}
	return &s.Communities[i]
}

// Collection finds a collection by id or alias to edit, nil when there is none.
func (s *Settings) Collection(name string) *Collection {
	i := slices.IndexFunc(s.Collections, func(c Collection) bool { return name != "" && (c.ID == name || c.Alias == name) })
	if i < 0 {
		return nil
	}
	return &s.Collections[i]
}

// AddPartner adds a partner. Errors: Conflict.
func (s *Settings) AddPartner(p Partner) error {
	if s.Partner(p.ID) != nil {
		return taken("partner", p.ID)
	}
	s.Partners = append(s.Partners, p)
	return nil
}

// RemovePartner removes a partner from everything. Errors: NotFound; Conflict
// while another partner is its client.
func (s *Settings) RemovePartner(id string) error {
	if s.Partner(id) == nil {
		return missing("partner", id, "entente partner list shows them")
	}
	for _, p := range s.Partners {
		if p.ClientOf == id {
			return &entente.Error{Kind: entente.Conflict, Op: "set the exchange", Place: id, Msg: p.ID + " is its client", Hint: "change or remove " + p.ID + " first"}
		}
	}
	s.Partners = slices.DeleteFunc(s.Partners, func(p Partner) bool { return p.ID == id })
	for i := range s.Communities {
		c := &s.Communities[i]
		c.Members = slices.DeleteFunc(c.Members, func(m handling.Member) bool { return m.Partner == id })
	}
	for i := range s.Collections {
		c := &s.Collections[i]
		c.Writers = slices.DeleteFunc(c.Writers, func(w string) bool { return w == id })
	}
	return nil
}

// AddCommunity adds a community. Errors: Conflict.
func (s *Settings) AddCommunity(c handling.Community) error {
	if s.Community(c.ID) != nil {
		return taken("community", c.ID)
	}
	s.Communities = append(s.Communities, c)
	return nil
}

// RemoveCommunity removes a community. Errors: NotFound; Conflict while a
// collection serves it.
func (s *Settings) RemoveCommunity(id string) error {
	if s.Community(id) == nil {
		return missing("community", id, "entente community list shows them")
	}
	for _, c := range s.Collections {
		if slices.Contains(c.Communities, id) {
			return &entente.Error{
				Kind: entente.Conflict, Op: "set the exchange", Place: id, Msg: "the collection " + c.name() + " serves it",
				Hint: "take it from the collection first: entente collection set " + c.name() + " --remove-community " + id,
			}
		}
	}
	s.Communities = slices.DeleteFunc(s.Communities, func(c handling.Community) bool { return c.ID == id })
	return nil
}

// SetMember makes a partner a member of a community, or changes its clearance.
// Errors: NotFound.
func (s *Settings) SetMember(community, partner string, clearance handling.TLP) error {
	c := s.Community(community)
	if c == nil {
		return missing("community", community, "entente community list shows them")
	}
	if s.Partner(partner) == nil {
		return missing("partner", partner, "entente partner list shows them")
	}
	for i := range c.Members {
		if c.Members[i].Partner == partner {
			c.Members[i].Clearance = clearance
			return nil
		}
	}
	c.Members = append(c.Members, handling.Member{Partner: partner, Clearance: clearance})
	return nil
}

// RemoveMember takes a partner out of a community. Errors: NotFound.
func (s *Settings) RemoveMember(community, partner string) error {
	c := s.Community(community)
	if c == nil {
		return missing("community", community, "entente community list shows them")
	}
	n := len(c.Members)
	c.Members = slices.DeleteFunc(c.Members, func(m handling.Member) bool { return m.Partner == partner })
	if len(c.Members) == n {
		return missing("member", partner, "entente community list shows them")
	}
	return nil
}

// AddCollection adds a collection; one without an id gets one. Errors: Conflict.
func (s *Settings) AddCollection(c Collection) error {
	if c.ID == "" {
		c.ID = NewCollectionID()
	}
	for _, name := range []string{c.ID, c.Alias} {
		if s.Collection(name) != nil {
			return taken("collection", name)
		}
	}
	s.Collections = append(s.Collections, c)
	return nil
}

// RemoveCollection removes a collection by id or alias. What lies in it stays in
// the store and goes to nobody. Errors: NotFound.
func (s *Settings) RemoveCollection(name string) error {
	c := s.Collection(name)
	if c == nil {
		return missing("collection", name, "entente collection list shows them")
	}
	id := c.ID
	s.Collections = slices.DeleteFunc(s.Collections, func(c Collection) bool { return c.ID == id })
	return nil
}

// SetEmbargo keeps an object in until a day comes, in place of an embargo that is
// there already.
func (s *Settings) SetEmbargo(object stix.ID, until time.Time, note string) {
	_ = s.RemoveEmbargo(object) // there may be none
	s.Embargoes = append(s.Embargoes, handling.Embargo{Object: object, Until: until.UTC(), Note: note})
}

// RemoveEmbargo lets an object go. Errors: NotFound.
func (s *Settings) RemoveEmbargo(object stix.ID) error {
	n := len(s.Embargoes)
	s.Embargoes = slices.DeleteFunc(s.Embargoes, func(e handling.Embargo) bool { return e.Object == object })
	if len(s.Embargoes) == n {
		return missing("embargo", string(object), "entente embargo list shows them")
	}
	return nil
}

package handling

import (
	"fmt"
	"time"

	"entente"
	"entente/internal/exchange/stix"
)

// Self is the node itself, where a partner is expected.
const Self = "self"

// Partner is another node.
type Partner struct {
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`
	// ClientOf names the partner (or [Self]) whose client this one is; empty for
	// an organisation that is nobody's client. TLP:AMBER reaches clients,
	// TLP:AMBER+STRICT does not.
	ClientOf string `json:"client_of,omitempty"`
	// Suspended stops everything to the partner.
	Suspended bool `json:"suspended,omitempty"`
	// Until is when the agreement with the partner ends; zero is open.
	Until time.Time `json:"until,omitzero"`
}

// Member is a partner in a community, with the strictest level that the node
// trusts it with there.
type Member struct {
	Partner   string `json:"partner"`
	Clearance TLP    `json:"clearance"`
}

// Community is a group of partners that share with one another.
type Community struct {
	ID      string   `json:"id"`
	Name    string   `json:"name,omitempty"`
	Members []Member `json:"members"`
}

// Collection is a place from which the members of its communities take. One
// without a community serves nobody.
type Collection struct {
	ID          string   `json:"id"`
	Title       string   `json:"title,omitempty"`
	Communities []string `json:"communities"`
	// Ceiling is the strictest level that may lie in it, never RED.
	Ceiling TLP `json:"ceiling"`
	// Closed stops everything from the collection.
	Closed bool `json:"closed,omitempty"`
}

// Embargo keeps an object in until a day comes, whatever its mark.
type Embargo struct {
	Object stix.ID   `json:"object"`
	Until  time.Time `json:"until"`
	Note   string    `json:"note,omitempty"`
}

// Policy is all that decides on releases, as it is kept and edited.
type Policy struct {
	Partners    []Partner    `json:"partners"`
	Communities []Community  `json:"communities"`
	Collections []Collection `json:"collections"`
	Embargoes   []Embargo    `json:"embargoes,omitempty"`
}

// Rules are a policy made ready for deciding. They never change and are safe
// for concurrent use.
type Rules struct {
	partners    map[string]*Partner
	communities map[string]map[string]TLP // community → partner → clearance
	collections map[string]*Collection
	embargoes   map[stix.ID]time.Time
	// names lists partners and collections in the order of the policy.
	partnerIDs, collectionIDs []string
}

// Compile checks a policy and makes its rules. It always gives rules: whatever
// has a fault is closed in them, so that a slip in a policy can only keep
// things in. The error lists the faults.
func (p Policy) Compile() (*Rules, error) {
	r := &Rules{
		partners: map[string]*Partner{}, communities: map[string]map[string]TLP{}, collections: map[string]*Collection{}, embargoes: map[stix.ID]time.Time{},
	}
	var faults entente.Errors
	fault := func(place, format string, args ...any) {
		faults = append(faults, &entente.Error{Kind: entente.Invalid, Op: "read the rules of release", Place: place, Msg: fmt.Sprintf(format, args...)})
	}
	for i := range p.Partners {
		x := p.Partners[i]
		switch {
		case x.ID == "" || x.ID == Self:
			fault(fmt.Sprintf("partner %d", i+1), "%q cannot be the name of a partner", x.ID)
			continue
		case r.partners[x.ID] != nil:
			fault("partner "+x.ID, "the partner stands twice")
			r.partners[x.ID].Suspended = true // which of the two holds is not known
			continue
		}
		r.partners[x.ID] = &x
		r.partnerIDs = append(r.partnerIDs, x.ID)
	}
	for _, id := range r.partnerIDs {
		x := r.partners[id]
		if of := x.ClientOf; of != "" && of != Self && (r.partners[of] == nil || of == x.ID) {
			fault("partner "+x.ID, "it is the client of %q, which is no partner", of)
			x.Suspended = true
		}
	}
	r.compileCommunities(p.Communities, fault)
	r.compileCollections(p.Collections, fault)
	for i, e := range p.Embargoes {
		if _, why := stix.ParseID(string(e.Object)); why != "" || e.Until.IsZero() {
			// It cannot be told what was to be kept in, so everything is.
			fault(fmt.Sprintf("embargo %d", i+1), "the object or the day is missing")
			for _, c := range r.collections {
				c.Closed = true
			}
			continue
		}
		if e.Until.After(r.embargoes[e.Object]) {
			r.embargoes[e.Object] = e.Until
		}
	}
	return r, faults.Err()
}

func (r *Rules) compileCommunities(list []Community, fault func(place, format string, args ...any)) {
	for i, c := range list {
		place := "community " + c.ID
		if _, twice := r.communities[c.ID]; twice || c.ID == "" {
			fault(fmt.Sprintf("community %d", i+1), "%q is empty or stands twice", c.ID)
			r.communities[c.ID] = map[string]TLP{}
			continue
		}
		members := map[string]TLP{}
		for _, m := range c.Members {
			_, twice := members[m.Partner]
			switch {
			case r.partners[m.Partner] == nil:
				fault(place, "the member %q is no partner", m.Partner)
			case m.Clearance < Clear || m.Clearance > Red:
				fault(place, "the clearance of %s is missing", m.Partner)
			case twice:
				fault(place, "the member %s stands twice; the lower clearance counts", m.Partner)
				members[m.Partner] = min(members[m.Partner], m.Clearance)
			default:
				members[m.Partner] = m.Clearance
			}
		}
		r.communities[c.ID] = members
	}
}

func (r *Rules) compileCollections(list []Collection, fault func(place, format string, args ...any)) {
	for i := range list {
		c := list[i]
		place := "collection " + c.ID
		switch {
		case c.ID == "":
			fault(fmt.Sprintf("collection %d", i+1), "the name is missing")
			continue
		case r.collections[c.ID] != nil:
			fault(place, "the collection stands twice")
			r.collections[c.ID].Closed = true
			continue
		case c.Ceiling < Clear || c.Ceiling >= Red:
			fault(place, "the ceiling is missing or RED; RED never lies in a collection")
			c.Closed = true
		}
		for _, id := range c.Communities {
			if _, ok := r.communities[id]; !ok {
				fault(place, "the community %q is not there", id)
				c.Closed = true
			}
		}
		r.collections[c.ID] = &c
		r.collectionIDs = append(r.collectionIDs, c.ID)
	}
}

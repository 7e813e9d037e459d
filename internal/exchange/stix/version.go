package stix

import (
	"crypto/sha256"
	"slices"
)

// The rules that [Judge] holds a new version to [3.6].
const (
	RuleSameVersion = "same-version"
	RuleRevoked     = "revoked"
	RuleMaker       = "created-by"
	RuleBirth       = "created"
	RuleCreator     = "creator"
	RuleUnversioned = "unversioned"
)

// Version is what must be known of a version that is kept, to judge another one
// of the same object.
type Version struct {
	ID        ID
	At        Time // see [Object.VersionTime]
	Created   Time
	CreatedBy ID
	Revoked   bool
	Digest    [sha256.Size]byte
	// From names who handed the version in: an account, a partner, the node.
	From string
}

// VersionOf notes what must be known of an object once it is kept.
func VersionOf(o *Object, from string) Version {
	return Version{ID: o.id, At: o.VersionTime(), Created: o.created, CreatedBy: o.createdBy, Revoked: o.revoked, Digest: o.Digest(), From: from}
}

// Writer is who hands a version in.
type Writer struct {
	// Name is kept with what it hands in; it owns objects that name no maker.
	Name string
	// Identities are the makers of objects that this writer may write for.
	Identities []ID
	// Owner tells the name of the writer to whom an identity belongs, empty when
	// it belongs to nobody; nil knows nobody.
	Owner func(ID) string
	// Trusted marks the node's own import of what others publish: it may bring
	// new versions of objects of any maker.
	Trusted bool
}

// Verdict is what becomes of a version that is handed in.
type Verdict int

// The verdicts.
const (
	New     Verdict = iota + 1 // to be kept
	Same                       // kept already, word for word or in meaning
	Refused                    // against a rule
)

// Judge tells what becomes of next, given the versions of the same object that
// are kept. The rules are those of the standard [3.6]: equal versions have
// equal content, only the maker makes new versions, a maker and a time of
// creation never change, and what is revoked stays so.
//
// Versions may arrive in any order. One that is older than a revocation is
// history and is kept; [Newest] and [IsRevoked] do not depend on the order.
func Judge(next *Object, kept []Version, w Writer) (Verdict, []Fault) {
	at := next.VersionTime()
	for i := range kept {
		if !kept[i].At.Equal(at) {
			continue
		}
		if kept[i].Digest == next.Digest() {
			return Same, nil
		}
		if at.IsZero() {
			return Refused, []Fault{faultf(RuleUnversioned, "id", "the object has no versions, and another of this id is kept")}
		}
		return Refused, []Fault{faultf(RuleSameVersion, "modified", "the version of %s is kept with another content; a change needs a new time", at)}
	}
	c := checker{o: next}
	maker := next.createdBy
	if len(kept) == 0 {
		if maker != "" && w.Owner != nil && !slices.Contains(w.Identities, maker) {
			if owner := w.Owner(maker); owner != "" && owner != w.Name {
				c.say(RuleCreator, "created_by_ref", "the maker belongs to another partner")
			}
		}
		return c.verdict()
	}
	first := kept[0]
	if first.CreatedBy != maker {
		c.say(RuleMaker, "created_by_ref", "the maker of an object never changes")
	}
	if !first.Created.Equal(next.created) {
		if w.Trusted {
			c.warn(RuleBirth, "created", "the time of creation has changed")
		} else {
			c.say(RuleBirth, "created", "the time of creation never changes: it is %s", first.Created)
		}
	}
	for i := range kept {
		if kept[i].Revoked && kept[i].At.Compare(at) < 0 {
			c.say(RuleRevoked, "revoked", "the object is revoked since %s, for ever", kept[i].At)
			break
		}
	}
	switch {
	case w.Trusted:
	case maker == "" && oldest(kept).From != w.Name:
		c.say(RuleCreator, "created_by_ref", "only who brought the object may bring a new version; make an object of your own and relate it with derived-from")
	case maker != "" && !slices.Contains(w.Identities, maker):
		c.say(RuleCreator, "created_by_ref", "only the maker may bring a new version; make an object of your own and relate it with derived-from")
	}
	return c.verdict()
}

func (c *checker) verdict() (Verdict, []Fault) {
	if len(Refusals(c.faults)) > 0 {
		return Refused, c.faults
	}
	return New, c.faults
}

func oldest(kept []Version) Version {
	return slices.MinFunc(kept, func(a, b Version) int { return a.At.Compare(b.At) })
}

// Newest gives the version with the latest time, whatever the order of arrival;
// false when there is none.
func Newest(kept []Version) (Version, bool) {
	if len(kept) == 0 {
		return Version{}, false
	}
	return slices.MaxFunc(kept, func(a, b Version) int { return a.At.Compare(b.At) }), true
}

// IsRevoked reports whether any version withdraws the object: a revocation
// covers every version and cannot be taken back.
func IsRevoked(kept []Version) bool {
	return slices.ContainsFunc(kept, func(v Version) bool { return v.Revoked })
}

// Versions keeps objects in memory by identifier and version, under the rules
// of [Judge]. It is not safe for use by several goroutines.
type Versions struct {
	ids  []ID
	byID map[ID]*lineage
}

type lineage struct {
	known   []Version // in the order of arrival
	objects []*Object // in the order of their versions
}

// NewVersions gives an empty store.
func NewVersions() *Versions { return &Versions{byID: map[ID]*lineage{}} }

// Add judges an object and keeps it when it is new.
func (v *Versions) Add(o *Object, w Writer) (Verdict, []Fault) {
	l := v.byID[o.id]
	if l == nil {
		l = &lineage{}
	}
	verdict, faults := Judge(o, l.known, w)
	if verdict != New {
		return verdict, faults
	}
	if len(l.known) == 0 {
		v.ids = append(v.ids, o.id)
		v.byID[o.id] = l
	}
	l.known = append(l.known, VersionOf(o, w.Name))
	at, _ := slices.BinarySearchFunc(l.objects, o, func(a, b *Object) int { return a.VersionTime().Compare(b.VersionTime()) })
	l.objects = slices.Insert(l.objects, at, o)
	return verdict, faults
}

// IDs lists the identifiers in the order of their first arrival.
func (v *Versions) IDs() []ID { return v.ids }

// Newest gives the latest version of an object, nil when there is none.
func (v *Versions) Newest(id ID) *Object {
	if l := v.byID[id]; l != nil {
		return l.objects[len(l.objects)-1]
	}
	return nil
}

// All gives every version of an object, the oldest first.
func (v *Versions) All(id ID) []*Object {
	if l := v.byID[id]; l != nil {
		return l.objects
	}
	return nil
}

// Revoked reports whether an object is withdrawn; see [IsRevoked].
func (v *Versions) Revoked(id ID) bool {
	l := v.byID[id]
	return l != nil && IsRevoked(l.known)
}

// Latest gives the newest version of each object, in the order of the objects'
// first appearance in the list. Of two with the same version the first counts.
func Latest(list []*Object) []*Object {
	at := make(map[ID]int, len(list))
	var out []*Object
	for _, o := range list {
		i, ok := at[o.id]
		switch {
		case !ok:
			at[o.id] = len(out)
			out = append(out, o)
		case out[i].VersionTime().Compare(o.VersionTime()) < 0:
			out[i] = o
		}
	}
	return out
}

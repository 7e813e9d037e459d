package shelf

import (
	"context"
	"database/sql"
	"maps"
	"slices"

	"entente/internal/exchange/handling"
	"entente/internal/exchange/partner"
	"entente/internal/exchange/stix"
	"entente/internal/store"
)

// judging decides what becomes of the objects of one request, by what the
// transaction sees. It changes nothing.
type judging struct {
	s          *Shelf
	q          store.Querier
	st         *partner.State
	collection string
	who        string // the partner, empty for the node itself
	items      []*item

	kept   map[stix.ID]*lineage
	owners map[stix.ID]string // whose a maker is; [handling.Self] for the node
	refs   *references
}

// kept is a version that the shelf has.
type kept struct {
	stix.Version
	n      int64
	level  handling.TLP
	origin string
	twin   *item // it is of the same request
}

// lineage is the versions of one object that the shelf has, those before in the same
// request included.
type lineage struct {
	list     []kept
	versions []stix.Version  // of list
	at       map[string]int  // by the key of their time: where in list
	from     map[string]bool // who brought any
}

// add adds a version. Of one time there is only one.
func (l *lineage) add(k kept) {
	l.at[k.At.Key()] = len(l.list)
	l.list, l.versions, l.from[k.From] = append(l.list, k), append(l.versions, k.Version), true
}

// maxVersions is how many versions of one object partners may bring: each is held
// against all others, while everybody waits.
const maxVersions = 2000

// line gives the versions of an object.
func (j *judging) line(id stix.ID) *lineage {
	l := j.kept[id]
	if l == nil {
		l = &lineage{at: map[string]int{}, from: map[string]bool{}}
		j.kept[id] = l
	}
	return l
}

// run judges every item. Those that are kept already and lie in the collection are
// marked so.
func (j *judging) run(ctx context.Context) error {
	for _, it := range j.items {
		it.begin()
	}
	if err := j.readKept(ctx); err != nil {
		return err
	}
	if err := j.readOwners(ctx); err != nil {
		return err
	}
	first := map[int64]*item{} // of what is kept, the first item that brings it again
	for _, it := range j.items {
		if it.verdict == 0 {
			j.judge(it)
		}
		if it.verdict != stix.Same || it.n == 0 {
			continue
		}
		if it.twin = first[it.n]; it.twin == nil {
			first[it.n] = it
		}
	}
	if err := j.assess(ctx); err != nil {
		return err
	}
	return j.readLying(ctx)
}

// ids lists the different ids of items that may still be taken.
func (j *judging) ids() []any {
	seen := map[stix.ID]bool{}
	var out []any
	for _, it := range j.items {
		if it.verdict == 0 && !seen[it.id] {
			seen[it.id] = true
			out = append(out, string(it.id))
		}
	}
	return out
}

func (j *judging) readKept(ctx context.Context) error {
	j.kept = map[stix.ID]*lineage{}
	return inLists(1, j.ids(), func(list string, args []any) error {
		rows, err := j.q.QueryContext(ctx, "SELECT n, id, version, created, creator, origin, revoked, digest, level FROM exchange_objects WHERE id IN ("+list+") ORDER BY n", args...)
		return each(rows, err, func(rows *sql.Rows) error {
			var k kept
			var version, created string
			var revoked, level int64
			var digest []byte
			if err := rows.Scan(&k.n, &k.ID, &version, &created, &k.CreatedBy, &k.origin, &revoked, &digest, &level); err != nil {
				return err
			}
			k.At, _ = stix.ParseTime(version) // zero for one without versions
			k.Created, _ = stix.ParseTime(created)
			k.Revoked, k.level, k.From = revoked != 0, handling.TLP(level), writerName(k.origin) //nolint:gosec // 1 to 5
			copy(k.Digest[:], digest)
			j.line(k.ID).add(k)
			return nil
		})
	})
}

// writerName is how package stix names who handed something in.
func writerName(who string) string {
	if who == "" {
		return handling.Self
	}
	return who
}

// readOwners finds out whose the makers are that the items name: who is said to be
// by the settings, else who brought something of that maker first. For the node
// itself only the settings count: its operators may bring on what others publish.
func (j *judging) readOwners(ctx context.Context) error {
	j.owners = map[stix.ID]string{}
	unknown := map[stix.ID]bool{}
	for _, it := range j.items {
		if maker := it.o.CreatedBy(); it.verdict == 0 && maker != "" && j.owners[maker] == "" {
			switch owner := ownerBySettings(j.st, maker, j.who); {
			case owner != "":
				j.owners[maker] = owner
			case j.who != "":
				unknown[maker] = true
			}
		}
	}
	var list []any
	for _, id := range slices.Sorted(maps.Keys(unknown)) {
		list = append(list, string(id))
	}
	return inLists(1, list, func(list string, args []any) error {
		rows, err := j.q.QueryContext(ctx, "SELECT creator, origin FROM exchange_objects WHERE n IN (SELECT MIN(n) FROM exchange_objects WHERE creator IN ("+list+") GROUP BY creator)", args...)
		return each(rows, err, func(rows *sql.Rows) error {
			var maker stix.ID
			var origin string
			err := rows.Scan(&maker, &origin)
			j.owners[maker] = writerName(origin)
			return err
		})
	})
}

// ownerBySettings tells whose a maker is by the settings: the asking partner's, if it
// is one of several for whom the maker is named.
func ownerBySettings(st *partner.State, maker stix.ID, who string) string {
	if maker == st.Settings.Identity {
		return handling.Self
	}
	if p, ok := st.Partner(who); ok && slices.Contains(p.Identities, maker) {
		return who
	}
	for i := range st.Settings.Partners {
		if p := &st.Settings.Partners[i]; slices.Contains(p.Identities, maker) {
			return p.ID
		}
	}
	return ""
}

// judge gives the verdict on an item by the versions that are kept, those before
// it in the same request included.
func (j *judging) judge(it *item) {
	name := writerName(j.who)
	if done := j.standard(it); done {
		return
	}
	maker := it.o.CreatedBy()
	owner := j.owners[maker]
	l := j.line(it.id)
	versions, mine := l.versions, l.from[name]
	if i, there := l.at[it.at.Key()]; there && l.list[i].Digest == it.digest {
		it.same(&l.list[i])
		return
	}
	if j.who != "" && len(versions) >= maxVersions {
		it.refusef("there are %d versions of it already, and more are not taken", len(versions))
		return
	}
	if maker != "" && owner == "" { // the first that comes is the owner from now on
		owner = name
		j.owners[maker] = owner
	}
	w := stix.Writer{Name: name, Owner: func(id stix.ID) string { return j.owners[id] }}
	if owner == name {
		w.Identities = []stix.ID{maker}
	}
	if j.who == "" { // not what is a partner's
		w.Trusted = owner == "" || owner == handling.Self
		if len(versions) > 0 && maker == "" {
			w.Trusted = mine
		}
	}
	verdict, faults := stix.Judge(it.o, versions, w)
	it.notes = warnings(faults)
	switch {
	case verdict == stix.Refused && j.who != "" && !mine && len(versions) > 0:
		// Whoever did not bring it learns nothing of it.
		it.refuse(stix.Fault{Rule: stix.RuleCreator, Path: "id", Msg: "only the maker may bring a new version; make an object of your own and relate it with derived-from"})
	case verdict == stix.Refused:
		it.refuse(stix.Refusals(faults)...)
		if !mine && len(versions) > 0 { // the node's own request: whose is it then?
			it.refusef("%s has brought an object under this id; if it is not theirs to give, purge it: entente collection purge %s", versions[0].From, it.id)
		}
	case j.who != "" && it.o.Type() == "identity" && len(versions) == 0 && !slices.Contains([]string{"", name}, ownerBySettings(j.st, it.id, j.who)):
		it.refuse(stix.Fault{Rule: stix.RuleCreator, Path: "id", Msg: "the identity belongs to another partner"})
	default:
		it.verdict = verdict
		l.add(kept{Version: versionOf(it, name), twin: it})
	}
}

// standard settles a marking-definition that the standards of TLP fix: it says what
// they say, or it is refused, whoever brings it. One that was kept first stands for
// all others, so that a tool's way of writing it is in nobody's way.
func (j *judging) standard(it *item) (done bool) {
	if _, ok := handling.Standard(it.id); !ok {
		return false
	}
	if !handling.Genuine(it.o) {
		it.refuse(stix.Fault{Rule: stix.RuleCreator, Path: "id", Msg: "TLP defines this mark, and otherwise"})
		return true
	}
	l := j.line(it.id)
	if i, there := l.at[it.at.Key()]; there {
		it.same(&l.list[i])
		return true
	}
	return false
}

// same notes that an item is a version that is kept.
func (it *item) same(k *kept) {
	it.verdict, it.n, it.twin, it.origin = stix.Same, k.n, k.twin, k.origin
	it.Level, it.Why = k.level, []string{"it is kept already as " + k.level.String()}
}

func versionOf(it *item, name string) stix.Version {
	return stix.Version{ID: it.id, At: it.at, Created: it.o.Created(), CreatedBy: it.o.CreatedBy(), Revoked: it.o.Revoked(), Digest: it.digest, From: name}
}

func warnings(faults []stix.Fault) []stix.Fault {
	var out []stix.Fault
	for _, f := range faults {
		if f.Warning {
			out = append(out, f)
		}
	}
	return out
}

// readLying marks what lies in the collection already.
func (j *judging) readLying(ctx context.Context) error {
	at := map[int64][]*item{}
	var list []any
	for _, it := range j.items {
		if it.verdict == stix.Same && it.n != 0 {
			if at[it.n] == nil {
				list = append(list, it.n)
			}
			at[it.n] = append(at[it.n], it)
		}
	}
	return inLists(2, list, func(list string, args []any) error {
		rows, err := j.q.QueryContext(ctx, "SELECT n, stamp FROM exchange_entries WHERE collection = $1 AND removed = 0 AND n IN ("+list+")", append([]any{j.collection}, args...)...)
		return each(rows, err, func(rows *sql.Rows) error {
			var n, stamp int64
			err := rows.Scan(&n, &stamp)
			for _, it := range at[n] {
				it.lies, it.stamp = true, stamp
			}
			return err
		})
	})
}

package node

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"time"

	"entente/internal/exchange/handling"
	"entente/internal/exchange/inbox"
	"entente/internal/exchange/partner"
	"entente/internal/exchange/shelf"
	"entente/internal/exchange/stix"
	"entente/internal/exchange/taxii/client"
	"entente/internal/ledger"
	"entente/internal/store"
)

// puller reads the collections of a partner into the inbox.
type puller struct {
	n      *Node
	p      *partner.Partner
	c      *client.Client
	o      SyncOptions
	report *Report
}

// maxRefusals bounds the refusals that a report words.
const maxRefusals = 20

// run reads every collection that the partner lets this node read. What fails in
// one does not keep the others from being read.
func (u *puller) run(ctx context.Context) error {
	list, err := u.c.Collections(ctx)
	if err != nil {
		return err
	}
	for _, c := range list {
		if !c.CanRead {
			continue
		}
		u.report.Collections = append(u.report.Collections, Pulled{ID: c.ID, Title: clip(c.Title)})
		pulled := &u.report.Collections[len(u.report.Collections)-1]
		err := u.collection(ctx, pulled)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			u.report.fault(fmt.Errorf("collection %s: %w", c.ID, err))
		}
	}
	return nil
}

// collection reads one collection from where the last reading ended.
func (u *puller) collection(ctx context.Context, pulled *Pulled) error {
	place := placeCollection + pulled.ID
	from := client.Start(client.Everything())
	if !u.o.Anew {
		if _, err := u.n.read(ctx, u.p.ID, place, &from); err != nil {
			return err
		}
	}
	sink := client.SinkFunc(func(ctx context.Context, p *client.Page) error { return u.page(ctx, pulled, place, p) })
	options := client.PollOptions{Limit: u.o.Limit, Trusted: u.p.Log != "", Progress: func(r client.Report) {
		if u.o.Progress != nil {
			u.o.Progress(Progress{Collection: pulled.Title, Objects: r.Objects, Pages: r.Pages})
		}
	}}
	if u.o.Compare {
		options.Overlap = overlap
	}
	r, err := u.c.Poll(ctx, pulled.ID, from, sink, options)
	pulled.Pages, pulled.Done, pulled.Defects = r.Pages, r.Done, r.Defects
	if err != nil || !u.o.Compare && !r.Doubt {
		return err
	}
	return u.compare(ctx, pulled, r.Cursor, sink)
}

// overlap is how far back a reading begins that is compared with the manifest: for
// servers that stamp an object before it can be seen.
const overlap = 10 * time.Minute

// page keeps a page: objects, cursor, and a leaf for each version that had not
// come before, in one transaction.
func (u *puller) page(ctx context.Context, pulled *Pulled, place string, p *client.Page) error {
	_, state, err := u.n.partner(ctx, u.p.ID)
	if err != nil {
		return err
	}
	var fresh, red int
	err = u.n.Store.Write(ctx, func(ctx context.Context, q store.Querier) error {
		fresh, red = 0, 0
		if err := u.n.lock(ctx, q, u.p.ID); err != nil {
			return err
		}
		var err error
		if fresh, red, err = u.n.receive(ctx, q, u.p, state.Unmarked, pulled.ID, p.Objects); err != nil {
			return err
		}
		if p.Cursor.Place == "" { // fetched by name: no place to go on from
			return nil
		}
		return u.n.put(ctx, q, u.p.ID, place, p.Cursor)
	})
	if err != nil {
		return err
	}
	pulled.Objects += len(p.Objects)
	pulled.New += fresh
	pulled.Red += red
	pulled.Refused += len(p.Refused)
	for _, r := range p.Refused {
		if len(pulled.Refusals) < maxRefusals {
			pulled.Refusals = append(pulled.Refusals, refusal(r))
		}
	}
	return nil
}

func refusal(r stix.Refusal) string {
	why := "it cannot be read"
	if len(r.Faults) > 0 {
		why = r.Faults[0].String()
	}
	return clip(fmt.Sprintf("%s %s: %s", r.ID, r.Version, why))
}

// unversioned stands in the log for the version of an object that has none.
const unversioned = "-"

// versionOf is the version of an object as the log has it.
func versionOf(o *stix.Object) string {
	if v := o.VersionTime().String(); v != "" {
		return v
	}
	return unversioned
}

// receive takes objects of a partner into the inbox, with their leaves, and tells
// how many versions were new and how many of those are RED.
func (n *Node) receive(ctx context.Context, q store.Querier, p *partner.Partner, unmarked handling.TLP, collection string, list []*stix.Object) (fresh, red int, err error) {
	news, err := n.Inbox.Fresh(ctx, q, p.ID, list)
	if err != nil || len(news) == 0 {
		return 0, 0, err
	}
	levels, err := n.levels(ctx, q, p.ID, unmarked, list, news)
	if err != nil {
		return 0, 0, err
	}
	entries := make([]ledger.Entry, len(news))
	for i, o := range news {
		entries[i] = ledger.Entry{
			Kind: ledger.Received, Object: string(o.ID()), Version: versionOf(o), Body: o.Raw(), Collection: collection, Partner: p.LogName(), Plain: levels[i] <= handling.Green,
		}
		if levels[i] >= handling.Red {
			red++
		}
	}
	openings, err := n.Log.Append(ctx, q, entries...)
	if err != nil {
		return 0, 0, err
	}
	arrivals := make([]inbox.Arrival, len(news))
	for i, o := range news {
		arrivals[i] = inbox.Arrival{Object: o, Level: levels[i], Leaf: openings[i].Index}
	}
	fresh, err = n.Inbox.Receive(ctx, q, p.ID, collection, arrivals)
	return fresh, red, err
}

// levels finds the effective level of objects that came in from a partner. Marks are
// looked for among what came with them, on the shelf and in the inbox.
func (n *Node) levels(ctx context.Context, q store.Querier, partner string, unmarked handling.TLP, all, news []*stix.Object) ([]handling.TLP, error) {
	there := map[stix.ID]*stix.Object{}
	for _, o := range stix.Latest(all) {
		there[o.ID()] = o
	}
	var fault error
	lookup := func(id stix.ID) *stix.Object {
		o, ok := there[id]
		if !ok && fault == nil {
			o, fault = kept(ctx, q, partner, id)
			there[id] = o
		}
		return o
	}
	assessor, err := handling.NewAssessor(unmarked, lookup, Public)
	if err != nil {
		return nil, err
	}
	out := make([]handling.TLP, len(news))
	for i, o := range news {
		out[i] = assessor.Assess(o).Level
		if fault != nil {
			return nil, fault
		}
	}
	return out, nil
}

// kept is the newest version of an object that the node has itself put on the shelf,
// or that came from the partner whose objects are handled by it; nil for none. What
// another partner says of a mark must not open what is not its own.
func kept(ctx context.Context, q store.Querier, partner string, id stix.ID) (*stix.Object, error) {
	for _, query := range []string{
		"SELECT body FROM exchange_objects WHERE id = $1 AND (origin = '' OR origin = $2) ORDER BY version_key DESC LIMIT 1",
		"SELECT body FROM exchange_inbox WHERE object = $1 AND partner = $2 ORDER BY version_key DESC LIMIT 1",
	} {
		var body []byte
		err := q.QueryRowContext(ctx, query, string(id), partner).Scan(&body)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return nil, err
		}
		o, faults := stix.Parse(body, stix.DefaultLimits)
		if len(stix.Refusals(faults)) > 0 {
			return nil, nil //nolint:nilnil // what cannot be read resolves nothing
		}
		return o, nil
	}
	return nil, nil //nolint:nilnil // not here
}

// compare holds the manifest against what is kept, fetches what is missing and
// tells what is gone.
func (u *puller) compare(ctx context.Context, pulled *Pulled, at client.Cursor, sink client.Sink) error {
	var broken error
	got, err := u.c.Compare(ctx, pulled.ID, client.CompareOptions{Query: client.Everything(), Mark: at.Mark, Kept: u.keys(ctx, pulled.ID, &broken), Known: u.known})
	if broken != nil {
		return broken
	}
	if err != nil {
		return err
	}
	pulled.Compared, pulled.Missing, pulled.Withdrawn = true, got.Missing, got.Withdrawn
	if len(got.Missing) == 0 {
		return nil
	}
	left, err := u.c.Fetch(ctx, pulled.ID, got.Missing, sink)
	pulled.Found, pulled.Missing = len(got.Missing)-len(left), left
	return err
}

// keys walks what is kept of a collection.
func (u *puller) keys(ctx context.Context, collection string, broken *error) iter.Seq[client.Key] {
	return func(yield func(client.Key) bool) {
		*broken = u.n.Store.Read(ctx, func(ctx context.Context, q store.Querier) error {
			rows, err := q.QueryContext(ctx, "SELECT object, version_key FROM exchange_inbox WHERE partner = $1 AND collection = $2 ORDER BY n", u.p.ID, collection)
			if err != nil {
				return err
			}
			defer func() { _ = rows.Close() }() // its fault shows in Err
			for rows.Next() {
				var k client.Key
				if err := rows.Scan(&k.ID, &k.Version); err != nil {
					return err
				}
				if !yield(k) {
					return nil
				}
			}
			return rows.Err()
		})
	}
}

// known tells which versions have come from the partner, from any collection.
func (u *puller) known(ctx context.Context, list []client.Key) ([]bool, error) {
	out := make([]bool, len(list))
	err := u.n.Store.Read(ctx, func(ctx context.Context, q store.Querier) error {
		for i, k := range list {
			var n int
			if err := q.QueryRowContext(ctx, "SELECT count(*) FROM exchange_inbox WHERE partner = $1 AND object = $2 AND version_key = $3", u.p.ID, string(k.ID), k.Version).Scan(&n); err != nil {
				return err
			}
			out[i] = n > 0
		}
		return nil
	})
	return out, err
}

// taxiiClient makes the TAXII client for a partner.
func (n *Node) taxiiClient(r *peer) (*client.Client, error) {
	return client.New(client.Options{
		URL: r.root + "taxii2/", HTTP: &http.Client{Transport: r.http.Transport}, Authorize: r.authorize, UserAgent: "entente", Now: n.Now, MaxWait: peerWait,
	})
}

// arrived is for the shelf: what a partner adds to a collection of this node goes to
// the inbox too, in the same transaction. Its leaves are there already.
func (n *Node) arrived(ctx context.Context, q store.Querier, from, collection string, list []shelf.Received) error {
	if len(list) == 0 {
		return nil
	}
	arrivals := make([]inbox.Arrival, len(list))
	for i, r := range list {
		arrivals[i] = inbox.Arrival{Object: r.Object, Level: r.Level, Leaf: r.Leaf}
	}
	_, err := n.Inbox.Receive(ctx, q, from, collection, arrivals)
	return err
}

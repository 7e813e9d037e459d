package node

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strconv"

	"entente"
	"entente/internal/exchange/inbox"
	"entente/internal/exchange/partner"
	"entente/internal/exchange/stix"
	"entente/internal/ledger"
	"entente/internal/store"
)

// given is how far receipts were given to a partner.
type given struct {
	After int64 `json:"after"` // the leaf behind which the next is asked for
	// Open are releases before it for which no receipt could be signed yet.
	Open []int64 `json:"open,omitempty"`
}

// maxOpen bounds the releases that are kept for another try.
const maxOpen = 10_000

// Evidence is what this node keeps of a release to it: the opening and the proof
// as the partner gave them, and its own receipt. With the object it proves what
// the partner handed over, also when the partner's log is gone.
type Evidence struct {
	Opening string `json:"opening"`
	Proof   string `json:"proof"`
	Receipt string `json:"receipt"`
}

// giver gives receipts to a partner.
type giver struct {
	n      *Node
	r      *peer
	p      *partner.Partner
	ring   *ledger.Keyring
	report *Report
	at     given
}

// giveReceipts signs a receipt for each release that the partner's log records and
// whose object is here, and hands it over; what the partner has acknowledged is
// not asked for again.
func (n *Node) giveReceipts(ctx context.Context, r *peer, p *partner.Partner, report *Report) error {
	if report.doubted() {
		return nil // a receipt for a log of two histories would prove one of them
	}
	ring, err := n.ring(p)
	if err != nil {
		return err
	}
	g := giver{n: n, r: r, p: p, ring: ring, report: report, at: given{After: -1}}
	if _, err := n.read(ctx, p.ID, placeReceipts, &g.at); err != nil {
		return err
	}
	if err := g.again(ctx); err != nil {
		return err
	}
	for len(g.at.Open) <= maxOpen-maxReleases { // else what is left comes later
		more, err := g.next(ctx)
		if err != nil || !more || report.doubted() {
			report.Receipts.Waiting += len(g.at.Open)
			return err
		}
	}
	report.Receipts.Waiting += len(g.at.Open)
	return nil
}

// next gives the receipts of one page of releases. When the latest are not yet in
// a checkpoint it waits for the next one, once or twice.
func (g *giver) next(ctx context.Context) (more bool, err error) {
	var list Releases
	for try := 0; ; try++ {
		list = Releases{}
		q := url.Values{"after": {strconv.FormatInt(g.at.After, 10)}, "limit": {strconv.Itoa(maxReleases)}}
		if err := g.r.json(ctx, pathReleases, q, &list); err != nil {
			return false, err
		}
		if !list.Pending || len(list.Releases) > 0 || try == 2 {
			break
		}
		if err := g.r.sleep(ctx, signEvery); err != nil {
			return false, err
		}
	}
	if list.Pending && len(list.Releases) == 0 {
		g.report.Receipts.Waiting++
	}
	if len(list.Releases) == 0 {
		return false, nil
	}
	if list.Next <= g.at.After || len(list.Releases) > maxReleases {
		return false, &entente.Error{Kind: entente.Invalid, Op: "sync", Place: g.p.ID, Msg: "the partner's list of releases goes round in circles"}
	}
	next := g.at
	next.After = list.Next
	err = g.give(ctx, list.Releases, next)
	return (list.More || list.Pending) && g.at.After == next.After, err
}

// again tries once more what could not be signed before.
func (g *giver) again(ctx context.Context) error {
	for left := len(g.at.Open); left > 0; {
		part := g.at.Open[:min(left, maxReleases)]
		left -= len(part)
		next := g.at
		next.Open = slices.Clone(g.at.Open[len(part):]) // what fails comes behind the rest
		q := url.Values{}
		for _, leaf := range part {
			q.Add("leaf", strconv.FormatInt(leaf, 10))
		}
		var list Releases
		err := g.r.json(ctx, pathProof, q, &list)
		if err != nil && !isKind(err, entente.NotFound) { // the partner knows none of them any more
			return err
		}
		if err := g.give(ctx, list.Releases, next); err != nil || g.report.doubted() {
			return err
		}
		if len(g.at.Open) > 0 && &g.at.Open[0] == &part[0] {
			return nil // the proofs are older than what was seen: another time
		}
	}
	return nil
}

// errUnsigned says that a receipt cannot be signed, now or later.
var errUnsigned = errors.New("the receipt cannot be signed")

// signedReceipt is a receipt on its way, and where the object lies that it is for.
type signedReceipt struct {
	note     []byte
	evidence Evidence
	inbox    int64  // number in the inbox; 0 for none
	sealed   string // id of the envelope; empty for none
}

// give signs, hands over, and keeps what was acknowledged together with how far
// it is.
func (g *giver) give(ctx context.Context, list []Release, next given) error {
	if ok, err := g.observe(ctx, list); err != nil || !ok {
		return err
	}
	var signed []signedReceipt
	for i := range list {
		o, err := ledger.ParseOpening([]byte(list[i].Opening))
		if err != nil {
			return err
		}
		s, why, err := g.sign(ctx, o, &list[i])
		switch {
		case errors.Is(err, errUnsigned): // another try would not help
		case err != nil:
			return err
		case s != nil:
			signed = append(signed, *s)
		case why != nil:
			g.report.find(Finding{What: FoundDifferent, Why: why.Error(), At: g.n.Now().UTC(), Object: clip(o.Object), Certain: true, A: list[i].Opening, B: list[i].Proof})
		default:
			next.Open = append(next.Open, o.Index)
		}
	}
	taken := Taken{}
	if len(signed) > 0 {
		request := Receipts{}
		for i := range signed {
			request.Receipts = append(request.Receipts, string(signed[i].note))
		}
		body, err := json.Marshal(request)
		if err != nil {
			return err
		}
		answer, err := g.r.post(ctx, pathReceipts, body)
		if err != nil {
			return err
		}
		if err := g.r.decode(answer, &taken); err != nil {
			return err
		}
		if len(taken.Receipts) != len(signed) {
			return &entente.Error{Kind: entente.Invalid, Op: "sync", Place: g.p.ID, Msg: "the partner did not say what became of each receipt"}
		}
	}
	return g.keep(ctx, signed, taken.Receipts, next)
}

// observe makes sure that the checkpoint behind the proofs is one of the history
// that was seen, before a receipt names it. All releases of an answer have the same.
func (g *giver) observe(ctx context.Context, list []Release) (ok bool, err error) {
	var last []byte
	for i := range list {
		proof, err := ledger.ParseLeafProof([]byte(list[i].Proof))
		if err != nil {
			return false, err
		}
		if bytes.Equal(proof.Note, last) {
			continue
		}
		last = proof.Note
		c, err := g.ring.OpenCheckpoint(last)
		if err != nil {
			return false, err
		}
		if c.Size == g.report.Witness.Size && c.Root.String() == g.report.Witness.Root {
			continue // looked at in this sync
		}
		if ok, err := g.n.observe(ctx, g.r, g.p, g.ring, last, g.report); err != nil || !ok {
			return false, err
		}
	}
	return true, nil
}

// keep writes what the partner acknowledged and how far the giving is.
func (g *giver) keep(ctx context.Context, signed []signedReceipt, taken []TakenReceipt, next given) error {
	err := g.n.Store.Write(ctx, func(ctx context.Context, q store.Querier) error {
		for i := range signed {
			if taken[i].Leaf < 0 {
				continue
			}
			raw, err := json.Marshal(signed[i].evidence)
			if err != nil {
				return err
			}
			if signed[i].inbox > 0 {
				if err := inbox.Receipted(ctx, q, signed[i].inbox, string(raw), g.n.Now()); err != nil {
					return err
				}
			}
		}
		return g.n.put(ctx, q, g.p.ID, placeReceipts, next)
	})
	if err != nil {
		return err
	}
	g.at = next
	for i := range taken {
		if taken[i].Leaf >= 0 {
			g.report.Receipts.Acknowledged++
			continue
		}
		g.report.Receipts.Refused++
		g.report.find(Finding{What: FoundRefused, Why: clip(taken[i].Refused), At: g.n.Now().UTC(), A: string(signed[i].note)})
	}
	return nil
}

// sign signs the receipt for one release. Without an object nothing is signed yet;
// why tells that the log says something else than what came.
func (g *giver) sign(ctx context.Context, o *ledger.Opening, r *Release) (s *signedReceipt, why, err error) {
	s = &signedReceipt{evidence: Evidence{Opening: r.Opening, Proof: r.Proof}}
	var body []byte
	err = g.n.Store.Read(ctx, func(ctx context.Context, q store.Querier) error {
		body, s.inbox, s.sealed = nil, 0, ""
		version := ""
		if o.Version != unversioned {
			t, fault := stix.ParseTime(o.Version)
			if fault != "" {
				return nil // no version of ours
			}
			version = t.Key()
		}
		rows, err := q.QueryContext(ctx, "SELECT n, body FROM exchange_inbox WHERE partner = $1 AND object = $2 AND version_key = $3", g.p.ID, o.Object, version)
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }() // its fault shows in Err
		if rows.Next() {
			if err := rows.Scan(&s.inbox, &body); err != nil {
				return err
			}
		}
		return rows.Err()
	})
	if err == nil && body == nil {
		body, s.sealed, err = g.n.sealedBody(ctx, g.p.ID, o.Object)
	}
	if err != nil || body == nil {
		return nil, nil, err
	}
	receipt, err := ledger.SignReceipt(g.ring, g.n.Key, []byte(r.Proof), o, body, g.n.Now())
	switch {
	case err == nil:
	case o.CheckBody(body) != nil:
		return nil, err, nil
	case told(err): // such as a release to this node under another name
		g.report.Receipts.Refused++
		g.report.fault(err)
		return nil, nil, errUnsigned
	default:
		return nil, nil, err
	}
	s.note, s.evidence.Receipt = receipt.Note, string(receipt.Note)
	return s, nil, nil
}

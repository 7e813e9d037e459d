package node

import (
	"context"
	"fmt"
	"log/slog"

	"entente"
	"entente/internal/exchange/partner"
	"entente/internal/ledger"
	"entente/internal/store"
)

// releases gives what was handed to a partner behind a leaf, with proofs against
// the latest checkpoint. What no checkpoint covers yet is left for later.
func (n *Node) releases(ctx context.Context, p *partner.Partner, after int64, limit int) (*Releases, error) {
	c, err := n.Checkpoint(ctx)
	if err != nil {
		return nil, err
	}
	out := &Releases{}
	err = n.Store.Read(ctx, func(ctx context.Context, q store.Querier) error {
		*out = Releases{Releases: []Release{}, Next: after}
		leaves, err := releasedAfter(ctx, q, p.ID, after, limit+1)
		if err != nil {
			return err
		}
		if len(leaves) > limit {
			leaves, out.More = leaves[:limit], true
		}
		for _, leaf := range leaves {
			if leaf >= c.Size {
				out.Pending, out.More = true, false
				break
			}
			r, err := n.release(ctx, q, leaf, c)
			if err != nil {
				return err
			}
			out.Releases = append(out.Releases, *r)
			out.Next = leaf
		}
		return nil
	})
	return out, err
}

// releasedAfter lists the leaves of a partner's releases in their order.
func releasedAfter(ctx context.Context, q store.Querier, partner string, after int64, limit int) ([]int64, error) {
	rows, err := q.QueryContext(ctx, fmt.Sprintf(`SELECT leaf FROM (
  SELECT leaf FROM exchange_releases WHERE partner = $1 AND leaf > $2
  UNION SELECT leaf FROM exchange_sealed WHERE partner = $1 AND way = 'out' AND leaf > $2
) AS both_ways ORDER BY leaf LIMIT %d`, limit), partner, after)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // its fault shows in Err
	var out []int64
	for rows.Next() {
		var leaf int64
		if err := rows.Scan(&leaf); err != nil {
			return nil, err
		}
		out = append(out, leaf)
	}
	return out, rows.Err()
}

// release opens one leaf and proves it against a checkpoint.
func (n *Node) release(ctx context.Context, q store.Querier, leaf int64, c *ledger.Checkpoint) (*Release, error) {
	o, err := n.Log.Opening(ctx, q, leaf)
	if err != nil {
		return nil, err
	}
	hashes, err := n.Log.ProveLeaf(ctx, q, leaf, c.Size)
	if err != nil {
		return nil, err
	}
	proof := ledger.LeafProof{Index: leaf, Hashes: hashes, Note: c.Note}
	return &Release{Opening: string(o.Append(nil)), Proof: string(proof.Text())}, nil
}

// proofs opens and proves leaves for the partner whom they concern. To everybody
// else they look like leaves that are not there; with none left it is NotFound.
func (n *Node) proofs(ctx context.Context, p *partner.Partner, leaves []int64) (*Releases, error) {
	c, err := n.Checkpoint(ctx)
	if err != nil {
		return nil, err
	}
	out := &Releases{}
	err = n.Store.Read(ctx, func(ctx context.Context, q store.Querier) error {
		out.Releases = []Release{}
		for _, leaf := range leaves {
			if leaf < 0 || leaf >= c.Size {
				continue
			}
			o, err := n.Log.Opening(ctx, q, leaf)
			if err != nil {
				return err
			}
			if o.Partner != p.LogName() || o.Kind == ledger.Receipted {
				continue
			}
			r, err := n.release(ctx, q, leaf, c)
			if err != nil {
				return err
			}
			out.Releases = append(out.Releases, *r)
		}
		return nil
	})
	if err == nil && len(out.Releases) == 0 {
		err = &entente.Error{Kind: entente.NotFound, Op: "prove", Msg: "there is no such leaf about you, or no checkpoint covers it yet"}
	}
	return out, err
}

// takeReceipts keeps a partner's receipts, each that is right.
func (n *Node) takeReceipts(ctx context.Context, p *partner.Partner, list []string) (*Taken, error) {
	ring, err := n.ring(p)
	if err != nil {
		return nil, err
	}
	var out Taken
	err = n.Store.Write(ctx, func(ctx context.Context, q store.Querier) error {
		out.Receipts = make([]TakenReceipt, len(list))
		for i, msg := range list {
			r, err := ring.OpenReceipt([]byte(msg))
			if err == nil && r.Partner != p.LogName() {
				err = &entente.Error{Kind: entente.Denied, Op: "keep receipt", Msg: "the receipt is by somebody else"}
			}
			leaf := int64(-1)
			if err == nil {
				leaf, err = n.Log.AddReceipt(ctx, q, ring, []byte(msg))
			}
			switch {
			case err == nil:
				out.Receipts[i] = TakenReceipt{Leaf: leaf}
			case told(err):
				out.Receipts[i] = TakenReceipt{Leaf: -1, Refused: err.Error()}
			default:
				return err // of the store: nothing of it is kept
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for i := range out.Receipts {
		if r := &out.Receipts[i]; r.Leaf < 0 {
			n.Logger.WarnContext(ctx, "a receipt was refused", slog.String("partner", p.ID), slog.String("why", r.Refused))
		}
	}
	return &out, nil
}

// told tells whether an error is about what somebody sent, not about the store.
func told(err error) bool {
	switch entente.KindOf(err) {
	case entente.Invalid, entente.Denied, entente.Conflict, entente.NotFound:
		return true
	}
	return false
}

// consistency proves that the log of newer leaves carries on that of older.
func (n *Node) consistency(ctx context.Context, older, newer int64) ([]byte, error) {
	bad := &entente.Error{Kind: entente.Invalid, Op: "prove", Msg: "the sizes do not fit", Hint: "0 < older <= newer <= the size of the latest checkpoint"}
	if older <= 0 || newer < older {
		return nil, bad
	}
	var out []byte
	err := n.Store.Read(ctx, func(ctx context.Context, q store.Querier) error {
		signed, err := ledger.Last(ctx, q, n.Log.Origin())
		if err != nil {
			return err
		}
		if newer > signed {
			return bad
		}
		hashes, err := n.Log.ProveTree(ctx, q, older, newer)
		if err != nil {
			return err
		}
		p := ledger.TreeProof{Origin: n.Log.Origin(), Older: older, Newer: newer, Hashes: hashes}
		out = p.Text()
		return nil
	})
	return out, err
}

// cosignature keeps a partner's cosignature under a checkpoint of this log.
func (n *Node) cosignature(ctx context.Context, p *partner.Partner, msg []byte) error {
	ring, err := n.ring(p)
	if err != nil {
		return err
	}
	return n.Store.Write(ctx, func(ctx context.Context, q store.Querier) error {
		_, err := n.Log.AddCosignature(ctx, q, ring, msg)
		return err
	})
}

// seenOf gives the largest checkpoint of a partner's log that this node has seen.
func (n *Node) seenOf(ctx context.Context, p *partner.Partner) (*ledger.KeptCheckpoint, error) {
	var out *ledger.KeptCheckpoint
	err := n.Store.Read(ctx, func(ctx context.Context, q store.Querier) error {
		out = nil
		list, err := ledger.Checkpoints(ctx, q, p.LogName(), ledger.MaxCheckpoints)
		if err != nil {
			return err
		}
		for i := range list {
			if list[i].Proven {
				out = &list[i]
				return nil
			}
		}
		return &entente.Error{Kind: entente.NotFound, Op: "exchange", Place: p.ID, Msg: "no checkpoint of that log was seen yet"}
	})
	return out, err
}

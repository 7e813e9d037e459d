package node

import (
	"context"
	"io"

	"entente/internal/exchange/stix"
	"entente/internal/exchange/taxii"
)

// maxContent bounds an envelope that a partner adds, in bytes.
const maxContent = 32 << 20

// backend is what the TAXII server sees of a node.
type backend struct{ n *Node }

func (b backend) Authenticate(ctx context.Context, c taxii.Credentials) (taxii.Account, error) {
	return b.n.Book.Authenticate(ctx, c)
}

func (b backend) Root(ctx context.Context, _ taxii.Account) (taxii.RootInfo, error) {
	state, err := b.n.Book.State(ctx)
	if err != nil {
		return taxii.RootInfo{}, err
	}
	title := state.Settings.Title
	if title == "" {
		title = "Entente"
	}
	return taxii.RootInfo{Title: title, Description: "What this node shares with its partners.", MaxContentLength: maxContent}, nil
}

func (b backend) Collections(ctx context.Context, a taxii.Account) ([]taxii.Collection, error) {
	return b.n.Shelf.Collections(ctx, a.Partner)
}

func (b backend) Collection(ctx context.Context, a taxii.Account, name string) (taxii.Collection, error) {
	return b.n.Shelf.Collection(ctx, a.Partner, name)
}

func (b backend) Page(ctx context.Context, a taxii.Account, collection string, q taxii.Query) (*taxii.Page, error) {
	return b.n.Shelf.Page(ctx, a.Partner, collection, q)
}

func (b backend) Add(ctx context.Context, a taxii.Account, collection string, r io.Reader) (*taxii.Status, error) {
	return b.n.Shelf.Add(ctx, a.Partner, collection, r)
}

func (b backend) Status(ctx context.Context, a taxii.Account, id string) (*taxii.Status, error) {
	return b.n.Shelf.Status(ctx, a.Partner, id)
}

func (b backend) Delete(ctx context.Context, a taxii.Account, collection string, object stix.ID, v taxii.Versions) error {
	return b.n.Shelf.Delete(ctx, a.Partner, collection, object, v)
}

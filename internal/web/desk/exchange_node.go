package desk

import (
	"context"

	"entente/internal/exchange/node"
	"entente/internal/store"
)

// exchangeNode is the node whose exchange the pages show.
type exchangeNode = node.Node

// reading runs a look into the log on one consistent state of the store.
func (c *Call) reading(look func(ctx context.Context, q store.Querier) error) error {
	return c.Desk.Store.Read(c.Context(), look)
}

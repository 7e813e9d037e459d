package extract

import (
	"context"
	"io"
)

// checked is a reader that ends with its context.
type checked struct {
	r   io.Reader
	ctx context.Context
}

func (c *checked) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}

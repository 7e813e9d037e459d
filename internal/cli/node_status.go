package cli

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"entente"
	"entente/internal/exchange/node"
)

func newNodeStatusCommand(app *App, g *global) *cobra.Command {
	var dir, format string
	cmd := &cobra.Command{
		Use:   "status",
		Short: "how a node stands: its log, its partners, what is owed",
		Long: `Status tells how far the log is signed and cosigned, when each partner was last read,
what was handed to it and how much of that it has confirmed. Exit code 4 when
something was found that a person must see.`,
		Example: "  entente node status --node /srv/exchange",
		Args:    needs(0, 0, "no arguments"),
	}
	nodeFlag(cmd, &dir)
	cmd.Flags().StringVar(&format, "format", "text", "form of the output: text, json")
	complete(cmd, "format", []string{"text", "json"})
	cmd.RunE = func(*cobra.Command, []string) error {
		if err := oneOf("--format", format, "text", "json"); err != nil {
			return err
		}
		n, err := g.openNode(dir)
		if err != nil {
			return err
		}
		defer func() { _ = n.Close() }() // nothing was written
		s, err := n.Status(g.ctx)
		if err != nil {
			return err
		}
		if format == "json" {
			err = writeJSON(app, struct {
				Schema string `json:"schema"`
				*node.Status
			}{"entente.node-status/1", s})
		} else {
			_, err = io.WriteString(app.Stdout, statusText(s))
			err = closedPipe(err)
		}
		if err != nil {
			return err
		}
		return statusFault(s)
	}
	return cmd
}

// statusFault is what a person must see.
func statusFault(s *node.Status) error {
	if s.Halt != nil {
		return &entente.Error{Kind: entente.Conflict, Op: "node status", Place: s.Halt.From, Msg: "the log lost leaves that a partner has seen, so nothing is signed", Hint: "restore the latest backup"}
	}
	for _, p := range s.Partners {
		if len(p.Findings) > 0 {
			return &entente.Error{Kind: entente.Conflict, Op: "node status", Place: p.ID, Msg: "something was found that a person must see: " + p.Findings[0].What, Hint: "docs/exchange.md tells what each finding means"}
		}
	}
	return nil
}

func statusText(s *node.Status) string {
	var b strings.Builder
	line := func(format string, args ...any) { b.WriteString(clean(fmt.Sprintf(format, args...)) + "\n") }
	line("%s, for %s", s.Title, s.Actor)
	if s.Signed == 0 {
		line("  log: %d leaves, not signed yet", s.Leaves)
	} else {
		line("  log: %d leaves, %d of them signed%s", s.Leaves, s.Signed, since(s.SignedAt))
	}
	line("  key: %s", s.Log)
	if s.Halt != nil {
		line("  HALTED: %s", s.Halt.Why)
	}
	if s.Faults != "" {
		line("  closed because of a fault in the settings: %s", s.Faults)
	}
	for _, p := range s.Partners {
		state := ""
		if !p.Live {
			state = ", suspended or ended"
		}
		line("%s%s", p.ID, state)
		line("  read%s; without a fault%s", since(p.LastSync), since(p.Good))
		line("  handed over %d, confirmed %d; receipts owed %d", p.Handed, p.Receipted, p.Owed)
		line("  its log seen to leaf %d; ours cosigned by it to leaf %d", p.Seen, p.Cosigned)
		troubles(line, p.Findings, p.Faults)
	}
	return b.String()
}

func since(t time.Time) string {
	if t.IsZero() {
		return " never"
	}
	return " on " + t.UTC().Format("2006-01-02 15:04:05 UTC")
}

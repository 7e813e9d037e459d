package desk

import (
	"testing"

	"github.com/jba/templatecheck"

	"entente/internal/message"
)

// TestExchangeTemplates checks the templates of the exchange against what they are
// filled with.
func TestExchangeTemplates(t *testing.T) {
	d, err := New(Options{Shell: noShell{}})
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string]any{
		"exchange": exchangeScreen{}, "exchange-none": noNodeScreen{}, "exchange-settle": settleScreen{}, "exchange-partners": partnersScreen{}, "exchange-new-partner": newPartnerScreen{},
		"exchange-partner": partnerScreen{}, "exchange-communities": communitiesScreen{}, "exchange-community": communityScreen{}, "exchange-collections": collectionsScreen{},
		"exchange-collection": collectionScreen{}, "exchange-embargoes": embargoesScreen{}, "exchange-inbox": inboxScreen{}, "exchange-preview": inboxPreviewScreen{},
		"exchange-share": shareScreen{}, "exchange-plan": sharePlanScreen{}, "exchange-releases": releasesScreen{}, "exchange-object": objectScreen{}, "exchange-withdraw": withdrawScreen{},
		"exchange-receipts": receiptsScreen{}, "exchange-log": exchangeLogScreen{}, "exchange-part": exchangePartScreen{}, "exchange-sealed": sealedScreen{},
	} {
		if err := templatecheck.CheckHTML(d.templates[message.Languages()[0]].Lookup(name+".html"), data); err != nil {
			t.Errorf("%s.html: %v", name, err)
		}
	}
}

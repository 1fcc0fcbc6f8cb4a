"""The search in the menu: what it finds is one press away, on this page, too."""

from tests.app.helpers import opened


def found(page, text):
    """The page, once that was typed into the search."""
    return opened(page).text_input(key=f"find_{page}").set_value(text).run()


def test_what_is_found_is_a_link_to_page_and_tab():
    app = found("kaplan", "over-training")
    (hit,) = [one.proto for one in app.sidebar.get("page_link") if "real models chose" in one.label]
    assert hit.page == "allocation"
    assert hit.query_string == "ask=off&allocation_about=models"


def test_a_tab_of_the_page_that_is_open_is_opened_and_in_the_address():
    app = found("allocation", "over-training")
    (hit,) = [one for one in app.sidebar.button if "over-training" in one.label]
    hit.click().run()
    assert not app.exception
    assert app.session_state["allocation_about"] == "models"
    assert app.query_params["allocation_about"] == "models"


def test_a_search_for_nothing_leads_on_to_the_nearest_words_or_the_glossary():
    app = found("kaplan", "zz*z")
    assert any(r"zz\*z" in text.value for text in app.sidebar.markdown)
    assert "glossary" in [one.proto.page for one in app.sidebar.get("page_link")]

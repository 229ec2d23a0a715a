//! ActiveCampaign's Deep Data, as its plugin and its clients push it.

//! ActiveCampaign’s plugin and clients.

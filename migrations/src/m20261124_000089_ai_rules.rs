//! What decides about AI calls beside the switch of a system: what a practice has ordered, how long an agreement lasts, which
//! version may be called and what a month may cost.

use sea_orm_migration::{prelude::*, schema::*};

use crate::tables::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

fn alter(table: &'static str) -> TableAlterStatement {
    Table::alter().table(Alias::new(table)).to_owned()
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table("ai_orders")
                    .col(uuid("id"))
                    .col(uuid("practice_id"))
                    .col(text("about"))
                    .col(blob("reason"))
                    .col(uuid("made_by"))
                    .col(timestamp_with_time_zone("made_at"))
                    .col(uuid_null("ended_by"))
                    .col(timestamp_with_time_zone_null("ended_at"))
                    .primary_key(&mut key(&["id"]))
                    .index(&mut unique(&["practice_id", "id"]))
                    .foreign_key(&mut in_practice())
                    .foreign_key(&mut of_member("made_by"))
                    .foreign_key(&mut of_member("ended_by"))
                    .to_owned(),
            )
            .await?;
        // What is stopped is not stopped a second time, by two people at once either.
        let one =
            "CREATE UNIQUE INDEX ai_orders_in_force ON ai_orders (practice_id, about) WHERE ended_at IS NULL";
        manager.get_connection().execute_unprepared(one).await?;
        for column in [
            date_null("agreement_until").take(),
            string_null("pinned_version").take(),
            big_integer_null("monthly_budget_micro_usd").take(),
        ] {
            manager.alter_table(alter("ai_systems").add_column(column).to_owned()).await?;
        }
        let rules = text("rules").default("").take();
        manager.alter_table(alter("ai_calls").add_column(rules).to_owned()).await?;
        // What a system has cost since the month began, without its other calls.
        let costs = "CREATE INDEX ai_calls_with_a_cost ON ai_calls (practice_id, system_id, started_at, cost_micro_usd) \
                     WHERE cost_micro_usd IS NOT NULL";
        manager.get_connection().execute_unprepared(costs).await?;
        manager.create_index(index("ai_calls", &["practice_id", "started_at", "id"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for index in ["ai_calls_by_practice_id_started_at_id", "ai_calls_with_a_cost"] {
            manager.get_connection().execute_unprepared(&format!("DROP INDEX {index}")).await?;
        }
        manager.alter_table(alter("ai_calls").drop_column(Alias::new("rules")).to_owned()).await?;
        for column in ["monthly_budget_micro_usd", "pinned_version", "agreement_until"] {
            manager.alter_table(alter("ai_systems").drop_column(Alias::new(column)).to_owned()).await?;
        }
        manager.drop_table(drop_table("ai_orders")).await
    }
}

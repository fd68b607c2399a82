namespace Thesis.Engine.Robustness;

/// <summary>Which form of an attack's equation is computed.</summary>
public enum EquationForm
{
    /// <summary>The form that the attack's authors use.</summary>
    Standard,

    /// <summary>The dissertation's equation to the letter, for comparison; each attack says where it differs.</summary>
    Printed,
}
